"""ASL with a CNN of my own size: five-by-five kernels first, and AdamW."""
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class HandNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=5, padding=2),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(0.25),
            nn.Conv2d(64, 96, kernel_size=3, padding=1),
            nn.BatchNorm2d(96),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(0.25),
        )
        self.decide = nn.Sequential(
            nn.Linear(96 * 3 * 3, 256),
            nn.ReLU(),
            nn.Dropout(0.4),
            nn.Linear(256, classes),
        )

    def forward(self, x):
        x = self.features(x)
        return self.decide(torch.flatten(x, start_dim=1))


class Trainer:
    def __init__(self, net, epochs=20, batch=32):
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.net = net.to(self.device)
        self.epochs = epochs
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.AdamW(self.net.parameters())
        self.train_data = self.read("train")
        self.valid_data = self.read("valid")
        self.train_loader = DataLoader(self.train_data, batch, shuffle=True)
        self.valid_loader = DataLoader(self.valid_data, batch)

    @staticmethod
    def read(split):
        df = pd.read_csv(f"data/asl_data/sign_mnist_{split}.csv")
        x = torch.tensor(df.drop(columns="label").values).float().div_(255)
        return TensorDataset(x.view(-1, 1, 28, 28), torch.tensor(df["label"].values))

    def step(self, x, y):
        # forward is called directly, there are no hooks to run
        loss = self.criterion(self.net.forward(x.to(self.device)), y.to(self.device))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self):
        for epoch in range(1, self.epochs + 1):
            self.net.train()
            total = sum(self.step(x, y) for x, y in self.train_loader)
            print(f"epoch {epoch}/{self.epochs}, loss {total:.2f}, "
                  f"validation {self.accuracy(self.valid_loader):.4f}")
        return self

    @torch.no_grad()
    def accuracy(self, loader):
        self.net.eval()
        good = 0
        for x, y in loader:
            good += (self.net.forward(x.to(self.device)).argmax(1).cpu() == y).sum().item()
        return good / len(loader.dataset)


trainer = Trainer(HandNet(24)).fit()
print(f"final train accuracy: {trainer.accuracy(trainer.train_loader):.6f}")
print(f"final valid accuracy: {trainer.accuracy(trainer.valid_loader):.6f}")
