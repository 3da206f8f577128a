import pandas as pd
import torch
from torch import nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load(path):
    table = torch.tensor(pd.read_csv(path).values)
    return table[:, 1:].reshape(-1, 1, 28, 28).float().to(device) / 255, table[:, 0].to(device)


x_train, y_train = load("data/asl_data/sign_mnist_train.csv")
x_valid, y_valid = load("data/asl_data/sign_mnist_valid.csv")
n_train, n_valid = len(x_train), len(x_valid)
print(n_train, n_valid)

model = nn.Sequential(
    nn.Conv2d(1, 25, 3, padding=1),
    nn.BatchNorm2d(25),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(25, 50, 3, padding=1),
    nn.BatchNorm2d(50),
    nn.ReLU(),
    nn.Dropout2d(0.2),
    nn.MaxPool2d(2),
    nn.Conv2d(50, 75, 3, padding=1),
    nn.BatchNorm2d(75),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(675, 512),
    nn.Dropout(0.3),
    nn.ReLU(),
    nn.Linear(512, 24),
)
model.to(device)
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())


def hits(x, y):
    model.eval()
    total = 0
    with torch.no_grad():
        for i in range(0, len(x), 32):
            total += (model(x[i:i + 32]).argmax(dim=1) == y[i:i + 32]).sum().item()
    return total


for epoch in range(20):
    model.train()
    shuffled = torch.randperm(n_train).to(device)
    for i in range(0, n_train, 32):
        rows = shuffled[i:i + 32]
        loss = loss_function(model(x_train[rows]), y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("epoch", epoch + 1, "valid accuracy", hits(x_valid, y_valid) / n_valid)

print(f"final train accuracy: {hits(x_train, y_train) / n_train:.6f}")
print(f"final valid accuracy: {hits(x_valid, y_valid) / n_valid:.6f}")
