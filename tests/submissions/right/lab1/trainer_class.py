"""MNIST, with a trainer object that owns everything. AdamW and Tanh, for a change."""
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST


@dataclass
class Config:
    epochs: int = 5
    batch_size: int = 32
    learning_rate: float = 1e-3
    hidden: tuple = (640, 320)
    device: str = field(default_factory=lambda: "cuda" if torch.cuda.is_available() else "cpu")


class Perceptron(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        sizes = (784, *hidden)
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.head = nn.Linear(sizes[-1], 10)

    def forward(self, pictures):
        h = pictures.flatten(start_dim=1)
        for layer in self.hidden:
            h = torch.tanh(layer(h))
        return self.head(h)


class Trainer:
    def __init__(self, config):
        self.config = config
        to_tensor = transforms.ToTensor()
        self.sets = {
            "train": MNIST("./data", train=True, download=True, transform=to_tensor),
            "valid": MNIST("./data", train=False, download=True, transform=to_tensor),
        }
        self.loaders = {
            name: DataLoader(data, config.batch_size, shuffle=(name == "train"))
            for name, data in self.sets.items()
        }
        self.network = Perceptron(config.hidden).to(config.device)
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=config.learning_rate)

    def fit(self):
        for epoch in range(self.config.epochs):
            self.network.train()
            for pictures, targets in self.loaders["train"]:
                pictures = pictures.to(self.config.device)
                targets = targets.to(self.config.device)
                loss = self.loss(self.network.forward(pictures), targets)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            print(f"{epoch=} accuracy on unseen digits: {self.score('valid'):.4f}")

    @torch.no_grad()
    def score(self, name):
        self.network.eval()
        hits = 0
        for pictures, targets in self.loaders[name]:
            logits = self.network.forward(pictures.to(self.config.device))
            hits += (logits.argmax(1).cpu() == targets).sum().item()
        return hits / len(self.sets[name])


trainer = Trainer(Config())
trainer.fit()
for which in ("train", "valid"):
    print(f"final {which} accuracy: {trainer.score(which):.6f}")
