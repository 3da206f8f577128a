import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# mean and standard deviation of the MNIST training pixels
prepare = transforms.Compose([
    transforms.ToTensor(),
    transforms.Normalize((0.1307,), (0.3081,)),
])
train_set = datasets.MNIST("./data", train=True, download=True, transform=prepare)
valid_set = datasets.MNIST("./data", train=False, download=True, transform=prepare)
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 10),
).to(device)
loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def one_pass(loader, learn):
    """Goes through a loader once, returns summed loss and accuracy."""
    model.train(learn)
    loss_sum, right = 0.0, 0
    with torch.set_grad_enabled(learn):
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            scores = model(x)
            loss = loss_function(scores, y)
            if learn:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            loss_sum += loss.item()
            right += (scores.argmax(1) == y).sum().item()
    return loss_sum, right / len(loader.dataset)


history = []
for epoch in range(5):
    train_loss, train_accuracy = one_pass(train_loader, learn=True)
    valid_loss, valid_accuracy = one_pass(valid_loader, learn=False)
    history.append((train_loss, train_accuracy, valid_loss, valid_accuracy))

print("epoch  train loss   acc    valid loss   acc")
for number, (tl, ta, vl, va) in enumerate(history, start=1):
    print(f"{number:5d}  {tl:10.2f}  {ta:.4f}  {vl:10.2f}  {va:.4f}")

print(f"final train accuracy: {one_pass(train_loader, learn=False)[1]:.6f}")
print(f"final valid accuracy: {one_pass(valid_loader, learn=False)[1]:.6f}")
