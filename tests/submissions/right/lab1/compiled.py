import torch
import torch.nn as nn
import torchvision
import torchvision.transforms as transforms
from torch.optim import Adam
from torch.utils.data import DataLoader

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_set = torchvision.datasets.MNIST("./data/", train=True, download=True)
valid_set = torchvision.datasets.MNIST("./data/", train=False, download=True)
trans = transforms.Compose([transforms.ToTensor()])
train_set.transform = trans
valid_set.transform = trans

batch_size = 32
train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=batch_size)

layers = [nn.Flatten()]
n_inputs = 1 * 28 * 28
for width in (512, 512):
    layers += [nn.Linear(n_inputs, width), nn.ReLU()]
    n_inputs = width
layers.append(nn.Linear(n_inputs, 10))

model = nn.Sequential(*layers)
model.to(device)
print("on the GPU:", next(model.parameters()).is_cuda)
model = torch.compile(model)

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())

train_N = len(train_loader.dataset)
valid_N = len(valid_loader.dataset)


def batch_accuracy(output, y, N):
    pred = output.argmax(dim=1, keepdim=True)
    return pred.eq(y.view_as(pred)).sum().item() / N


def train():
    loss = accuracy = 0
    model.train()
    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        output = model(x)
        optimizer.zero_grad()
        step_loss = loss_function(output, y)
        step_loss.backward()
        optimizer.step()
        loss += step_loss.item()
        accuracy += batch_accuracy(output, y, train_N)
    print("Train - Loss: {:.4f} Accuracy: {:.4f}".format(loss, accuracy))


def validate():
    loss = accuracy = 0
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            loss += loss_function(output, y).item()
            accuracy += batch_accuracy(output, y, valid_N)
    print("Valid - Loss: {:.4f} Accuracy: {:.4f}".format(loss, accuracy))


epochs = 5
for epoch in range(epochs):
    print("Epoch: {}".format(epoch))
    train()
    validate()


def final_accuracy(loader):
    hits = 0
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            hits += (model(x.to(device)).argmax(dim=1) == y.to(device)).sum().item()
    return hits / len(loader.dataset)


print(f"final train accuracy: {final_accuracy(train_loader):.6f}")
print(f"final valid accuracy: {final_accuracy(valid_loader):.6f}")
