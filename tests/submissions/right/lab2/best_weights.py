"""Keeps the weights of the best epoch and puts them back at the end."""
import copy

import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
datasets = {}
for split in ["train", "valid"]:
    df = pd.read_csv(f"data/asl_data/sign_mnist_{split}.csv")
    y = torch.tensor(df["label"].values)
    x = torch.tensor(df.drop(columns=["label"]).values).float() / 255
    datasets[split] = TensorDataset(x, y)
loaders = {
    split: DataLoader(data, batch_size=32, shuffle=split == "train")
    for split, data in datasets.items()
}

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 512), nn.ReLU(),
    nn.Linear(512, 512), nn.ReLU(),
    nn.Linear(512, 24),
).to(device)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())


def train():
    model.train()
    for x, y in loaders["train"]:
        x, y = x.to(device), y.to(device)
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def accuracy(split):
    model.eval()
    correct = 0
    with torch.no_grad():
        for x, y in loaders[split]:
            correct += (model(x.to(device)).argmax(1) == y.to(device)).sum().item()
    return correct / len(datasets[split])


best_accuracy, best_weights, best_epoch = 0.0, None, 0
for epoch in range(1, 21):
    train()
    now = accuracy("valid")
    print(f"epoch {epoch}: {now:.4f}", "*" if now > best_accuracy else "")
    if now > best_accuracy:
        best_accuracy, best_epoch = now, epoch
        best_weights = copy.deepcopy(model.state_dict())

model.load_state_dict(best_weights)
print("back to epoch", best_epoch)
print(f"final train accuracy: {accuracy('train'):.6f}")
print(f"final valid accuracy: {accuracy('valid'):.6f}")
