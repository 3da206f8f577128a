import torch
import torch.nn as nn
from torch.optim import Adam
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_set = datasets.MNIST("./data", train=True, download=True, transform=transforms.ToTensor())
valid_set = datasets.MNIST("./data", train=False, download=True, transform=transforms.ToTensor())
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 512),
    nn.Linear(512, 512),
    nn.Linear(512, 10),
).to(device)

loss_function = nn.CrossEntropyLoss()
# small steps, so that it does not jump over the minimum
optimizer = Adam(model.parameters(), lr=0.000001)


def train():
    model.train()
    loss_sum, correct = 0, 0
    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        output = model(x)
        loss = loss_function(output, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        correct += (output.argmax(dim=1) == y).sum().item()
    print(f"Train - Loss: {loss_sum:.4f} Accuracy: {correct / len(train_set):.4f}")


def validate():
    model.eval()
    loss_sum, correct = 0, 0
    with torch.no_grad():
        for x, y in valid_loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            loss_sum += loss_function(output, y).item()
            correct += (output.argmax(dim=1) == y).sum().item()
    print(f"Valid - Loss: {loss_sum:.4f} Accuracy: {correct / len(valid_set):.4f}")


for epoch in range(5):
    print(f"Epoch {epoch}")
    train()
    validate()
