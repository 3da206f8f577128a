import pandas as pd
import torch
import torch.nn as nn
from torch.optim import Adam
from torch.utils.data import DataLoader, Dataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")
y_train, y_valid = train_df.pop("label").values, valid_df.pop("label").values
x_train, x_valid = train_df.values / 255, valid_df.values / 255


class Signs(Dataset):
    def __init__(self, x, y):
        self.xs = torch.tensor(x).float().to(device)
        self.ys = torch.tensor(y).to(device)

    def __getitem__(self, idx):
        return self.xs[idx], self.ys[idx]

    def __len__(self):
        return len(self.xs)


train_loader = DataLoader(Signs(x_train, y_train), batch_size=32, shuffle=True)
valid_loader = DataLoader(Signs(x_valid, y_valid), batch_size=32)

model = nn.Sequential(
    nn.LazyLinear(512), nn.ReLU(),
    nn.LazyLinear(512), nn.ReLU(),
    nn.LazyLinear(24),
)
model = model.to(device)
model(next(iter(valid_loader))[0])  # fixes the sizes
print(model)

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def train():
    loss, correct = 0, 0
    model.train()
    for x, y in train_loader:
        output = model(x)
        optimizer.zero_grad()
        batch_loss = loss_function(output, y)
        batch_loss.backward()
        optimizer.step()
        loss += batch_loss.item()
        correct += (output.argmax(dim=1) == y).sum().item()
    print(f"Train - Loss: {loss:.4f} Accuracy: {correct / len(x_train):.4f}")


def validate(loader):
    loss, correct = 0, 0
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            output = model(x)
            loss += loss_function(output, y).item()
            correct += (output.argmax(dim=1) == y).sum().item()
    return loss, correct / len(loader.dataset)


for epoch in range(20):
    print("Epoch:", epoch)
    train()
    print("Validate - Loss: {:.4f} Accuracy: {:.4f}".format(*validate(valid_loader)))

print(f"final train accuracy: {validate(train_loader)[1]:.6f}")
print(f"final valid accuracy: {validate(valid_loader)[1]:.6f}")
