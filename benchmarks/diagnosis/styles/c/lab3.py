import pandas as pd
import torch
import torch.nn.functional as F
import torchvision.transforms as T
from torch import nn
from torch.utils.data import DataLoader, Dataset


def read(csv_path):
    frame = pd.read_csv(csv_path)
    labels = torch.tensor(frame["label"].to_numpy())
    images = torch.tensor(frame.drop(columns="label").to_numpy(), dtype=torch.float32)
    return images.view(-1, 1, 28, 28) / 255, labels


class Signs(Dataset):
    def __init__(self, csv_path, transform=None):
        self.images, self.labels = read(csv_path)
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        img = self.images[i]
        if self.transform is not None:
            img = self.transform(img)
        return img, self.labels[i]


def conv_block(c_in, c_out, drop=None):
    layers = [nn.Conv2d(c_in, c_out, 3, padding=1), nn.BatchNorm2d(c_out), nn.ReLU()]
    if drop:
        layers.append(nn.Dropout(drop))
    layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


class SignNet(nn.Module):
    def __init__(self, n_out=24):
        super().__init__()
        self.features = nn.Sequential(
            conv_block(1, 25),
            conv_block(25, 50, drop=0.2),
            conv_block(50, 75),
        )
        self.fc = nn.Linear(75 * 3 * 3, 512)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(512, n_out)

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        x = self.drop(self.fc(x)).relu()
        return self.out(x)


class Stepper:
    """One call is one training step."""

    def __init__(self, net, opt):
        self.net, self.opt = net, opt
        self.loss_fn = nn.CrossEntropyLoss()

    def __call__(self, x, y):
        self.opt.zero_grad()
        out = self.net(x)
        loss = self.loss_fn(out, y)
        loss.backward()
        self.opt.step()
        return loss.item(), count_correct(out, y)


def count_correct(out, y):
    return (out.argmax(dim=1) == y).sum().item()


@torch.no_grad()
def evaluate(net, loader, device):
    net.eval()
    losses, correct = [], 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        out = net(x)
        losses.append(F.cross_entropy(out, y).item())
        correct += count_correct(out, y)
    return sum(losses) / len(losses), correct / len(loader.dataset)


def main(epochs=20, lr=1e-3):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    wiggle = T.RandomAffine(degrees=5, translate=(0.05, 0.05))
    train_set = Signs("data/asl_data/sign_mnist_train.csv", transform=wiggle)
    valid_set = Signs("data/asl_data/sign_mnist_valid.csv")
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    valid_loader = DataLoader(valid_set, batch_size=32, shuffle=False)

    net = SignNet().to(device)
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    step = Stepper(net, opt)

    for epoch in range(epochs):
        net.train()
        total, correct = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            batch_loss, batch_correct = step(x, y)
            total += batch_loss
            correct += batch_correct
        val_loss, val_acc = evaluate(net, valid_loader, device)
        print(
            f"{epoch:3d} | loss {total / len(train_loader):.4f} | acc {correct / len(train_set):.4f}"
            f" | val loss {val_loss:.4f} | val acc {val_acc:.4f}"
        )


if __name__ == "__main__":
    main()
