# No DataLoader: the whole of MNIST fits into memory, and slicing is fast.
import torch
from torch import nn
from torchvision.datasets import MNIST

device = "cuda" if torch.cuda.is_available() else "cpu"

train = MNIST("./data", train=True, download=True)
valid = MNIST("./data", train=False, download=True)

x_train = (train.data.float() / 255).view(-1, 784).to(device)
y_train = train.targets.to(device)
x_valid = (valid.data.float() / 255).view(-1, 784).to(device)
y_valid = valid.targets.to(device)
print(x_train.shape, y_train.shape, x_valid.shape, y_valid.shape)

model = nn.Sequential(
    nn.Linear(784, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 10),
).to(device)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())
batch = 32


def accuracy(x, y):
    model.eval()
    correct = 0
    with torch.no_grad():
        for start in range(0, len(x), batch):
            part = slice(start, start + batch)
            correct += (model(x[part]).argmax(dim=1) == y[part]).sum().item()
    return correct / len(x)


for epoch in range(5):
    model.train()
    order = torch.randperm(len(x_train), device=device)
    total_loss = 0.0
    for start in range(0, len(order), batch):
        chosen = order[start:start + batch]
        loss = loss_fn(model(x_train[chosen]), y_train[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total_loss += loss.item()
    print(f"epoch {epoch + 1}: loss {total_loss:.1f}, valid {accuracy(x_valid, y_valid):.2%}")

print(f"final train accuracy: {accuracy(x_train, y_train):.6f}")
print(f"final valid accuracy: {accuracy(x_valid, y_valid):.6f}")
