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
    nn.Linear(784, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 10),
).to(device)
loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())

images, labels = next(iter(train_loader))
print(images.shape)
print("untrained:", loss_function(model(images.to(device)), labels.to(device)).item())

for epoch in range(5):
    model.train()
    for images, labels in train_loader:
        optimizer.zero_grad()
        loss = loss_function(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
    print("Epoch", epoch, "last loss", loss.item())

model.eval()
correct = 0
with torch.no_grad():
    for images, labels in valid_loader:
        correct += (model(images.to(device)).argmax(1) == labels.to(device)).sum().item()
print("accuracy", correct / len(valid_set))
