"""Small training programs in the styles students write."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

N = 64
IMAGES = torch.rand(N, 1, 28, 28)
LABELS = torch.arange(N) % 4


def loaders(batch: int = 16) -> tuple[DataLoader, DataLoader]:
    """A shuffled training loader over all images and a validation loader over half of them."""
    train = DataLoader(TensorDataset(IMAGES, LABELS), batch_size=batch, shuffle=True)
    valid = DataLoader(TensorDataset(IMAGES[:32], LABELS[:32]), batch_size=batch)
    return train, valid


def mlp() -> nn.Sequential:
    """A small MLP with four classes."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 4))


def step(model: nn.Module, optimizer: torch.optim.Optimizer, rows: slice) -> None:
    """Learn from some of the images, without a loader."""
    loss = nn.functional.cross_entropy(model(IMAGES[rows]), LABELS[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def train_epoch(
    model: nn.Module, loader: object, optimizer: object, steps: int | None = None
) -> None:
    """One epoch; ``steps`` breaks out of it early."""
    model.train()
    loss_function = nn.CrossEntropyLoss()
    for number, (x, y) in enumerate(loader):  # type: ignore[arg-type]
        if number == steps:
            break
        optimizer.zero_grad()  # type: ignore[attr-defined]
        loss_function(model(x), y).backward()
        optimizer.step()  # type: ignore[attr-defined]


def validate(model: nn.Module, loader: object) -> float:
    """The accuracy on a loader."""
    model.eval()
    right = 0
    with torch.no_grad():
        for x, y in loader:  # type: ignore[attr-defined]
            right += int((model(x).argmax(1) == y).sum())
            nn.functional.cross_entropy(model(x), y)
    return right / 32


def ordinary(epochs: int = 3, model: nn.Module | None = None, compiled: bool = False) -> nn.Module:
    """What the labs teach: train and validate, epoch after epoch."""
    model = model or mlp()
    called = torch.compile(model) if compiled else model
    train, valid = loaders()
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(epochs):
        train_epoch(called, train, optimizer)
        validate(called, valid)
    return model
