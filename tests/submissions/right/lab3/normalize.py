import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def read(path):
    df = pd.read_csv(path)
    pictures = torch.tensor(df.drop(columns="label").values, dtype=torch.float32)
    return pictures.reshape(-1, 1, 28, 28), torch.tensor(df["label"].values)


x_train, y_train = read("data/asl_data/sign_mnist_train.csv")
x_valid, y_valid = read("data/asl_data/sign_mnist_valid.csv")

mean = x_train.mean()
std = x_train.std()
x_train = (x_train - mean) / std
x_valid = (x_valid - mean) / std
print("after scaling:", x_train.mean().item(), x_train.std().item())

train_loader = DataLoader(TensorDataset(x_train, y_train), batch_size=32, shuffle=True)
valid_loader = DataLoader(TensorDataset(x_valid, y_valid), batch_size=32)

model = nn.Sequential(
    nn.Conv2d(1, 25, 3, stride=1, padding=1), nn.BatchNorm2d(25), nn.ReLU(),
    nn.MaxPool2d(2, stride=2),
    nn.Conv2d(25, 50, 3, stride=1, padding=1), nn.BatchNorm2d(50), nn.ReLU(), nn.Dropout(0.2),
    nn.MaxPool2d(2, stride=2),
    nn.Conv2d(50, 75, 3, stride=1, padding=1), nn.BatchNorm2d(75), nn.ReLU(),
    nn.MaxPool2d(2, stride=2),
    nn.Flatten(),
    nn.Linear(675, 512), nn.Dropout(0.3), nn.ReLU(),
    nn.Linear(512, 24),
).to(device)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())


def accuracy(loader):
    model.eval()
    good = total = 0
    with torch.no_grad():
        for x, y in loader:
            good += (model(x.to(device)).argmax(1).cpu() == y).sum().item()
            total += len(y)
    return good / total


for epoch in range(20):
    model.train()
    epoch_loss = 0.0
    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
    print(f"epoch {epoch + 1} loss={epoch_loss:.2f} val_acc={accuracy(valid_loader):.4f}")

print(f"final train accuracy: {accuracy(train_loader):.6f}")
print(f"final valid accuracy: {accuracy(valid_loader):.6f}")
