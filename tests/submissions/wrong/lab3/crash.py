import pandas as pd
import torch
import torch.nn as nn
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def read(path):
    df = pd.read_csv(path)
    labels = torch.tensor(df.pop("label").values).to(device)
    pixels = torch.tensor(df.values).float().to(device) / 255
    return TensorDataset(pixels.reshape(-1, 1, 28, 28), labels)


train_set = read("data/asl_data/sign_mnist_train.csv")
valid_set = read("data/asl_data/sign_mnist_valid.csv")
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)

model = nn.Sequential(
    nn.Conv2d(1, 25, 3, stride=1, padding=1), nn.BatchNorm2d(25), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(25, 50, 3, stride=1, padding=1), nn.BatchNorm2d(50), nn.ReLU(), nn.Dropout(0.2), nn.MaxPool2d(2),
    nn.Conv2d(50, 75, 3, stride=1, padding=1), nn.BatchNorm2d(75), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(75 * 7 * 7, 512),  # 28 / 2 / 2 = 7
    nn.Dropout(0.3),
    nn.ReLU(),
    nn.Linear(512, 24),
).to(device)
loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def validate():
    model.eval()
    hits = 0
    with torch.no_grad():
        for x, y in valid_loader:
            hits += (model(x).argmax(1) == y).sum().item()
    return hits / len(valid_set)


print("before training:", validate())

for epoch in range(20):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
    print("Epoch", epoch, "accuracy", validate())
