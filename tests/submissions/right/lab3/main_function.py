import time

import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def get_data(device):
    """The two sets, on the device."""
    sets = []
    for split in ("train", "valid"):
        df = pd.read_csv(f"data/asl_data/sign_mnist_{split}.csv")
        y = torch.tensor(df.pop("label").to_numpy(), device=device)
        x = torch.tensor(df.to_numpy(), dtype=torch.float32, device=device)
        sets.append(TensorDataset(x.reshape(-1, 1, 28, 28) / 255, y))
    return sets


def get_model(n_classes):
    layers = []
    channels = [1, 25, 50, 75]
    for i, (before, after) in enumerate(zip(channels, channels[1:])):
        layers.append(nn.Conv2d(before, after, 3, 1, 1))
        layers.append(nn.BatchNorm2d(after))
        layers.append(nn.ReLU())
        if i == 1:
            layers.append(nn.Dropout(p=0.2))
        layers.append(nn.MaxPool2d(2, 2))
    layers += [nn.Flatten(), nn.Linear(675, 512), nn.Dropout(p=0.3), nn.ReLU()]
    layers.append(nn.Linear(512, n_classes))
    return nn.Sequential(*layers)


def run(model, loader, loss_fn, optimizer=None):
    """One pass: a training pass if there is an optimizer."""
    training = optimizer is not None
    model.train(training)
    loss_sum, hits, seen = 0.0, 0, 0
    for x, y in loader:
        with torch.set_grad_enabled(training):
            out = model(x)
            loss = loss_fn(out, y)
        if training:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        loss_sum += loss.item()
        hits += (out.argmax(1) == y).sum().item()
        seen += len(y)
    return loss_sum, hits / seen


def main():
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train_set, valid_set = get_data(device)
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    valid_loader = DataLoader(valid_set, batch_size=32)

    cnn = get_model(n_classes=24).to(device)
    loss_fn = nn.CrossEntropyLoss()
    adam = torch.optim.Adam(cnn.parameters())

    for epoch in range(20):
        start = time.time()
        tl, ta = run(cnn, train_loader, loss_fn, adam)
        vl, va = run(cnn, valid_loader, loss_fn)
        print(f"{epoch + 1:>2} ({time.time() - start:.0f} s): {tl:.2f} {ta:.4f} | {vl:.2f} {va:.4f}")

    print(f"final train accuracy: {run(cnn, train_loader, loss_fn)[1]:.6f}")
    print(f"final valid accuracy: {run(cnn, valid_loader, loss_fn)[1]:.6f}")


if __name__ == "__main__":
    main()
