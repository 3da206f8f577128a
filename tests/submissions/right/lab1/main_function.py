"""Train a small MLP on MNIST."""
import argparse

import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


def make_loaders(folder, batch_size):
    transform = transforms.ToTensor()
    train = datasets.MNIST(folder, train=True, download=True, transform=transform)
    valid = datasets.MNIST(folder, train=False, download=True, transform=transform)
    return (
        DataLoader(train, batch_size=batch_size, shuffle=True),
        DataLoader(valid, batch_size=batch_size),
    )


def make_model():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 512),
        nn.ReLU(inplace=True),
        nn.Linear(512, 512),
        nn.ReLU(inplace=True),
        nn.Linear(512, 10),
    )


def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    loss_total = 0.0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_total += loss.item() * len(labels)
    return loss_total / len(loader.dataset)


@torch.no_grad()
def accuracy_of(model, loader, device):
    model.eval()
    correct = 0
    for images, labels in loader:
        predictions = model(images.to(device)).argmax(dim=-1).cpu()
        correct += (predictions == labels).sum().item()
    return correct / len(loader.dataset)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--data", default="./data")
    args = parser.parse_args()

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train_loader, valid_loader = make_loaders(args.data, args.batch_size)
    model = make_model().to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=args.lr)

    for epoch in range(1, args.epochs + 1):
        loss = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid_accuracy = accuracy_of(model, valid_loader, device)
        print(f"Epoch {epoch}/{args.epochs} | loss {loss:.4f} | valid accuracy {valid_accuracy:.4f}")

    print(f"final train accuracy: {accuracy_of(model, train_loader, device):.6f}")
    print(f"final valid accuracy: {accuracy_of(model, valid_loader, device):.6f}")


if __name__ == "__main__":
    main()
