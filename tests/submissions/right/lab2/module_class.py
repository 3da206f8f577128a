import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load(path):
    frame = pd.read_csv(path)
    labels = torch.tensor(frame.pop("label").values)
    pictures = torch.tensor(frame.values).float().div(255).view(-1, 1, 28, 28)
    return TensorDataset(pictures, labels)


train_ds = load("data/asl_data/sign_mnist_train.csv")
valid_ds = load("data/asl_data/sign_mnist_valid.csv")
train_dl = DataLoader(train_ds, batch_size=32, shuffle=True)
valid_dl = DataLoader(valid_ds, batch_size=32)


class SignMLP(nn.Module):
    # the label column goes from 0 to 23, one spare output does not hurt
    def __init__(self, n_classes=25):
        super().__init__()
        self.body = nn.Sequential(
            nn.Flatten(),
            nn.Linear(28 * 28, 512),
            nn.ReLU(),
            nn.Linear(512, 512),
            nn.ReLU(),
        )
        self.head = nn.Linear(512, n_classes)

    def forward(self, x):
        return self.head(self.body(x))


model = SignMLP().to(device)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())
n_epochs = 20


def train():
    model.train()
    epoch_loss, n_right = 0.0, 0
    for xb, yb in train_dl:
        xb, yb = xb.to(device), yb.to(device)
        optimizer.zero_grad()
        out = model(xb)
        loss = criterion(out, yb)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
        n_right += (out.argmax(1) == yb).sum().item()
    return epoch_loss, n_right / len(train_ds)


def validate(dl):
    model.eval()
    epoch_loss, n_right = 0.0, 0
    with torch.no_grad():
        for xb, yb in dl:
            xb, yb = xb.to(device), yb.to(device)
            out = model(xb)
            epoch_loss += criterion(out, yb).item()
            n_right += (out.argmax(1) == yb).sum().item()
    return epoch_loss, n_right / len(dl.dataset)


for epoch in range(n_epochs):
    tl, ta = train()
    vl, va = validate(valid_dl)
    print(f"{epoch:2d} | train {tl:8.2f} {ta:.3%} | valid {vl:8.2f} {va:.3%}")

print(f"final train accuracy: {validate(train_dl)[1]:.6f}")
print(f"final valid accuracy: {validate(valid_dl)[1]:.6f}")
