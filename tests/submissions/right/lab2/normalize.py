import pandas as pd
import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")

x_train = torch.tensor(train_df.drop(columns="label").values, dtype=torch.float32)
x_valid = torch.tensor(valid_df.drop(columns="label").values, dtype=torch.float32)
y_train = torch.tensor(train_df["label"].values)
y_valid = torch.tensor(valid_df["label"].values)

# one mean and one standard deviation for all pixels, both taken from the training set
mean, std = x_train.mean(), x_train.std()
print(f"mean {mean:.2f} std {std:.2f}")
x_train = (x_train - mean) / std
x_valid = (x_valid - mean) / std

train_set = TensorDataset(x_train.to(device), y_train.to(device))
valid_set = TensorDataset(x_valid.to(device), y_valid.to(device))
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 26),
).to(device)
loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())

for epoch in range(20):
    model.train()
    train_loss = 0
    train_hits = 0
    for x, y in train_loader:
        output = model(x)
        loss = loss_function(output, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        train_loss += loss.item()
        train_hits += (output.argmax(1) == y).sum().item()

    model.eval()
    valid_loss = 0
    valid_hits = 0
    with torch.no_grad():
        for x, y in valid_loader:
            output = model(x)
            valid_loss += loss_function(output, y).item()
            valid_hits += (output.argmax(1) == y).sum().item()

    print(f"Epoch {epoch + 1}:")
    print(f"  Train Loss:{train_loss:.2f} Accuracy:{train_hits / len(train_set):.4f}")
    print(f"  Valid Loss:{valid_loss:.2f} Accuracy:{valid_hits / len(valid_set):.4f}")

model.eval()
with torch.no_grad():
    right = sum((model(x).argmax(1) == y).sum().item() for x, y in train_loader)
    print(f"final train accuracy: {right / len(train_set):.6f}")
    right = sum((model(x).argmax(1) == y).sum().item() for x, y in valid_loader)
    print(f"final valid accuracy: {right / len(valid_set):.6f}")
