# The network of the last lab, with a larger first layer. Let's see if more neurons help.
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
    nn.Flatten(),
    nn.Linear(784, 675),
    nn.ReLU(),
    nn.Linear(675, 512),
    nn.ReLU(),
    nn.Linear(512, 24),
).to(device)
loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def train():
    model.train()
    loss_sum, hits = 0.0, 0
    for x, y in train_loader:
        output = model(x)
        loss = loss_function(output, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        hits += (output.argmax(1) == y).sum().item()
    print(f"Train - Loss: {loss_sum:.4f} Accuracy: {hits / len(train_set):.4f}")


def validate():
    model.eval()
    loss_sum, hits = 0.0, 0
    with torch.no_grad():
        for x, y in valid_loader:
            output = model(x)
            loss_sum += loss_function(output, y).item()
            hits += (output.argmax(1) == y).sum().item()
    print(f"Valid - Loss: {loss_sum:.4f} Accuracy: {hits / len(valid_set):.4f}")


for epoch in range(20):
    print("Epoch", epoch)
    train()
    validate()
