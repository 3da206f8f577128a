"""Sign language letters with a multilayer perceptron."""
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset


class Signs(Dataset):
    """Signed letters as float pictures."""

    def __init__(self, csv_file):
        table = pd.read_csv(csv_file)
        letters = table["label"].to_numpy()
        pixels = table.drop("label", axis=1).to_numpy(dtype=np.float32)
        pixels = pixels / 255.0
        self.pictures = torch.from_numpy(pixels).view(-1, 1, 28, 28)
        self.letters = torch.from_numpy(letters).long()

    def __len__(self):
        return self.letters.shape[0]

    def __getitem__(self, i):
        return self.pictures[i], self.letters[i]


class Classifier(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_outputs):
        super().__init__()
        self.hidden1 = nn.Linear(n_inputs, n_hidden)
        self.hidden2 = nn.Linear(n_hidden, n_hidden)
        self.output = nn.Linear(n_hidden, n_outputs)

    def forward(self, x):
        x = torch.flatten(x, start_dim=1)
        x = F.relu(self.hidden1(x))
        x = F.relu(self.hidden2(x))
        return self.output(x)


class Trainer:
    def __init__(self, net, learning_rate=1e-3, device="cpu"):
        self.device = device
        self.net = net.to(device)
        self.optimizer = optim.Adam(self.net.parameters(), lr=learning_rate)
        self.history = []

    def fit_one_epoch(self, loader):
        self.net.train()
        total_loss, hits, seen = 0.0, 0, 0
        for pictures, targets in loader:
            pictures = pictures.to(self.device)
            targets = targets.to(self.device)
            self.optimizer.zero_grad()
            scores = self.net(pictures)
            loss = F.cross_entropy(scores, targets)
            loss.backward()
            self.optimizer.step()
            total_loss += loss.item() * len(targets)
            hits += self.count_hits(scores, targets)
            seen += len(targets)
        return total_loss / seen, hits / seen

    @torch.no_grad()
    def evaluate(self, loader):
        self.net.eval()
        total_loss, hits, seen = 0.0, 0, 0
        for pictures, targets in loader:
            pictures = pictures.to(self.device)
            targets = targets.to(self.device)
            scores = self.net(pictures)
            total_loss += F.cross_entropy(scores, targets).item() * len(targets)
            hits += self.count_hits(scores, targets)
            seen += len(targets)
        return total_loss / seen, hits / seen

    @staticmethod
    def count_hits(scores, targets):
        _, best = torch.max(scores, 1)
        return int((best == targets).sum())

    def fit(self, train_loader, valid_loader, n_epochs):
        for epoch in range(1, n_epochs + 1):
            train_loss, train_acc = self.fit_one_epoch(train_loader)
            valid_loss, valid_acc = self.evaluate(valid_loader)
            self.history.append((train_loss, train_acc, valid_loss, valid_acc))
            print(
                f"epoch {epoch}: train loss {train_loss:.4f} train accuracy {train_acc:.4f} "
                f"valid loss {valid_loss:.4f} valid accuracy {valid_acc:.4f}"
            )


BATCH = 32
N_EPOCHS = 20

device = "cuda" if torch.cuda.is_available() else "cpu"
train_data = Signs("data/asl_data/sign_mnist_train.csv")
valid_data = Signs("data/asl_data/sign_mnist_valid.csv")
train_loader = DataLoader(train_data, batch_size=BATCH, shuffle=True)
valid_loader = DataLoader(valid_data, batch_size=BATCH, shuffle=False)

net = Classifier(28 * 28, 512, 24)
trainer = Trainer(net, learning_rate=1e-3, device=device)
trainer.fit(train_loader, valid_loader, N_EPOCHS)
