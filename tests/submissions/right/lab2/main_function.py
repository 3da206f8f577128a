from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

FOLDER = Path("data") / "asl_data"
EPOCHS = 20


def read(name: str) -> TensorDataset:
    table = pd.read_csv(FOLDER / f"sign_mnist_{name}.csv").to_numpy()
    labels, pixels = table[:, 0], table[:, 1:]
    return TensorDataset(
        torch.from_numpy(pixels.astype(np.float32) / 255),
        torch.from_numpy(labels.astype(np.int64)),
    )


def build(n_in: int, n_out: int) -> nn.Module:
    return nn.Sequential(
        nn.Linear(n_in, 512), nn.ReLU(),
        nn.Linear(512, 512), nn.ReLU(),
        nn.Linear(512, n_out),
    )


def evaluate(model: nn.Module, loader: DataLoader, device: str) -> float:
    model.eval()
    right = 0
    with torch.no_grad():
        for pixels, labels in loader:
            right += (model(pixels.to(device)).argmax(dim=1) == labels.to(device)).sum().item()
    return right / len(loader.dataset)


def main() -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    train_data, valid_data = read("train"), read("valid")
    n_letters = len(torch.unique(train_data.tensors[1]))
    print(f"{len(train_data)} training pictures, {len(valid_data)} others, {n_letters} letters")

    train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
    valid_loader = DataLoader(valid_data, batch_size=32)
    model = build(784, n_letters).to(device)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())

    for epoch in range(1, EPOCHS + 1):
        model.train()
        losses = []
        for pixels, labels in train_loader:
            loss = loss_function(model(pixels.to(device)), labels.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        print(f"epoch {epoch:2d}: mean loss {np.mean(losses):.4f}, "
              f"valid accuracy {evaluate(model, valid_loader, device):.4f}")

    print(f"final train accuracy: {evaluate(model, train_loader, device):.6f}")
    print(f"final valid accuracy: {evaluate(model, valid_loader, device):.6f}")


if __name__ == "__main__":
    main()
