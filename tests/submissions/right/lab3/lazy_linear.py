import pandas as pd
import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")


def to_set(df):
    y = torch.tensor(df["label"].values).to(device)
    x = torch.tensor(df.drop("label", axis=1).values / 255, dtype=torch.float32)
    return TensorDataset(x.unflatten(1, (1, 28, 28)).to(device), y)


train_set, valid_set = to_set(train_df), to_set(valid_df)
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)

# the lazy layers spare me the arithmetic with the shapes
model = nn.Sequential(
    nn.LazyConv2d(25, kernel_size=3, padding=1),
    nn.LazyBatchNorm2d(),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.LazyConv2d(50, kernel_size=3, padding=1),
    nn.LazyBatchNorm2d(),
    nn.ReLU(),
    nn.Dropout(0.2),
    nn.MaxPool2d(2),
    nn.LazyConv2d(75, kernel_size=3, padding=1),
    nn.LazyBatchNorm2d(),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.LazyLinear(512),
    nn.Dropout(0.3),
    nn.ReLU(),
    nn.LazyLinear(24),
).to(device)
model(torch.zeros(2, 1, 28, 28, device=device))

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def train():
    loss = 0
    hits = 0
    model.train()
    for x, y in train_loader:
        output = model(x)
        optimizer.zero_grad()
        step_loss = loss_function(output, y)
        step_loss.backward()
        optimizer.step()
        loss += step_loss.item()
        hits += (output.argmax(1) == y).sum().item()
    print(f"Train - Loss: {loss:.4f} Accuracy: {hits / len(train_set):.4f}")


def validate(loader):
    loss = 0
    hits = 0
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            output = model(x)
            loss += loss_function(output, y).item()
            hits += (output.argmax(1) == y).sum().item()
    return loss, hits / len(loader.dataset)


for epoch in range(20):
    print("Epoch: {}".format(epoch))
    train()
    print("Valid - Loss: {:.4f} Accuracy: {:.4f}".format(*validate(valid_loader)))

print(f"final train accuracy: {validate(train_loader)[1]:.6f}")
print(f"final valid accuracy: {validate(valid_loader)[1]:.6f}")
