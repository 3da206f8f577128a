import torch
import torch.nn as nn
from torch.utils.data import DataLoader
from torch.optim import Adam
import torchvision
import torchvision.transforms as transforms

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

trans = transforms.Compose([transforms.ToTensor()])
train_set = torchvision.datasets.MNIST("./data/", train=True, download=True, transform=trans)
valid_set = torchvision.datasets.MNIST("./data/", train=False, download=True, transform=trans)

batch_size = 32
train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=batch_size)
train_N = len(train_loader.dataset)
valid_N = len(valid_loader.dataset)

input_size = 1 * 28 * 28
n_classes = 10

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(input_size, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, n_classes),
)
model.to(device)

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def get_batch_accuracy(output, y, N):
    pred = output.argmax(dim=1, keepdim=True)
    correct = pred.eq(y.view_as(pred)).sum().item()
    return correct / N


def train():
    loss = 0
    accuracy = 0
    model.train()
    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        output = model(x)
        optimizer.zero_grad()
        batch_loss = loss_function(output, y)
        batch_loss.backward()
        optimizer.step()
        loss += batch_loss.item()
        accuracy += get_batch_accuracy(output, y, train_N)
    print("Train - Loss: {:.4f} Accuracy: {:.4f}".format(loss, accuracy))


def validate():
    loss = 0
    accuracy = 0
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            loss += loss_function(output, y).item()
            accuracy += get_batch_accuracy(output, y, valid_N)
    print("Valid - Loss: {:.4f} Accuracy: {:.4f}".format(loss, accuracy))


epochs = 5
for epoch in range(epochs):
    print("Epoch: {}".format(epoch))
    train()
    validate()
