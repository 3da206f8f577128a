from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn
from torchvision import datasets, transforms as T


@dataclass
class Config:
    hidden: int = 512
    classes: int = 10
    batch: int = 32
    lr: float = 1e-3
    epochs: int = 5


cfg = Config()
device = "cuda" if torch.cuda.is_available() else "cpu"

to_vector = T.Compose([T.ToTensor(), T.Lambda(lambda img: img.flatten())])
digits_train = datasets.MNIST("./data", train=True, download=True, transform=to_vector)
digits_test = datasets.MNIST("./data", train=False, download=True, transform=to_vector)

train_dl = torch.utils.data.DataLoader(digits_train, batch_size=cfg.batch, shuffle=True)
test_dl = torch.utils.data.DataLoader(digits_test, batch_size=cfg.batch)


class MLP(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        sizes = [784, cfg.hidden, cfg.hidden]
        blocks = []
        for n_in, n_out in zip(sizes, sizes[1:]):
            blocks += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.body = nn.Sequential(*blocks)
        self.head = nn.Linear(sizes[-1], cfg.classes)

    def forward(self, x):
        h = self.body(x)
        return self.head(h)


net = MLP(cfg).to(device)
criterion = nn.CrossEntropyLoss()
opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)


def run_epoch(loader, training):
    net.train(training)
    running, correct = 0.0, 0
    with torch.set_grad_enabled(training):
        for step, (xb, yb) in enumerate(loader):
            xb, yb = xb.to(device), yb.to(device)
            logits = net(xb)
            loss = criterion(logits, yb)
            if training:
                opt.zero_grad()
                loss.backward()
                opt.step()
            running += loss.item()
            correct += (logits.argmax(-1) == yb).sum().item()
    return running / len(loader), correct / len(loader.dataset)


for epoch in range(cfg.epochs):
    tr_loss, tr_acc = run_epoch(train_dl, True)
    te_loss, te_acc = run_epoch(test_dl, False)
    print(f"[{epoch + 1}/{cfg.epochs}] train {tr_loss:.3f} / {tr_acc:.2%}   test {te_loss:.3f} / {te_acc:.2%}")
