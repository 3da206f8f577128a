# MNIST with my own Module class
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
BATCH_SIZE = 32
EPOCHS = 5


class DigitClassifier(nn.Module):
    def __init__(self, hidden=512):
        super().__init__()
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(28 * 28, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, 10)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.flatten(x)
        x = self.relu(self.fc1(x))
        x = self.relu(self.fc2(x))
        return self.out(x)


training_data = datasets.MNIST(root="./data", train=True, download=True, transform=ToTensor())
test_data = datasets.MNIST(root="./data", train=False, download=True, transform=ToTensor())

train_dl = DataLoader(training_data, batch_size=BATCH_SIZE, shuffle=True)
test_dl = DataLoader(test_data, batch_size=BATCH_SIZE, shuffle=False)

model = DigitClassifier().to(DEVICE)
print(model)
loss_fn = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters())


def train():
    model.train()
    running = 0.0
    hits = 0
    for X, y in train_dl:
        X = X.to(DEVICE)
        y = y.to(DEVICE)
        pred = model(X)
        loss = loss_fn(pred, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        running += loss.item()
        hits += (pred.argmax(1) == y).type(torch.float).sum().item()
    return running / len(train_dl), hits / len(training_data)


def evaluate(loader):
    model.eval()
    running, hits, seen = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(DEVICE), y.to(DEVICE)
            pred = model(X)
            running += loss_fn(pred, y).item()
            hits += int((pred.argmax(1) == y).sum())
            seen += y.size(0)
    return running / len(loader), hits / seen


for epoch in range(EPOCHS):
    train_loss, train_acc = train()
    test_loss, test_acc = evaluate(test_dl)
    print(
        f"[{epoch + 1}/{EPOCHS}] loss={train_loss:.4f} acc={train_acc:.2%} "
        f"val_loss={test_loss:.4f} val_acc={test_acc:.2%}"
    )

print(f"final train accuracy: {evaluate(train_dl)[1]:.6f}")
print(f"final valid accuracy: {evaluate(test_dl)[1]:.6f}")
