import torch
import torchvision
from torch import nn
from torchvision import transforms

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_set = torchvision.datasets.MNIST("./data", train=True, download=True, transform=transforms.ToTensor())
valid_set = torchvision.datasets.MNIST("./data", train=False, download=True, transform=transforms.ToTensor())
train_loader = torch.utils.data.DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = torch.utils.data.DataLoader(valid_set, batch_size=32)

# lazy layers work out their number of inputs on the first call
model = nn.Sequential(
    nn.Flatten(),
    nn.LazyLinear(512),
    nn.ReLU(),
    nn.LazyLinear(512),
    nn.ReLU(),
    nn.LazyLinear(10),
).to(device)

# one dry run with a single picture, so that there are weights for the optimizer
first_image, _ = train_set[0]
print("output shape:", model(first_image.unsqueeze(0).to(device)).shape)

loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())


def get_accuracy(output, y):
    return (output.argmax(dim=1) == y).sum().item()


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
        accuracy += get_accuracy(output, y) / len(train_set)
    print(f"Train - Loss:{loss:.4f} Accuracy:{accuracy:.4f}")


def check(loader):
    loss = 0
    correct = 0
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            loss += loss_function(output, y).item()
            correct += get_accuracy(output, y)
    return loss, correct / len(loader.dataset)


for epoch in range(5):
    print(f"Epoch: {epoch}")
    train()
    loss, accuracy = check(valid_loader)
    print(f"Val - Loss:{loss:.4f} Accuracy:{accuracy:.4f}")

print(f"final train accuracy: {check(train_loader)[1]:.6f}")
print(f"final valid accuracy: {check(valid_loader)[1]:.6f}")
