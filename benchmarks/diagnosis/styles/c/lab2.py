from collections import OrderedDict

import numpy as np
import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 20
BATCH_SIZE = 32
NUM_LETTERS = 24
dev = torch.device("cuda:0") if torch.cuda.is_available() else torch.device("cpu")


def load_split(name):
    table = pd.read_csv(f"data/asl_data/sign_mnist_{name}.csv").to_numpy()
    letters = table[:, 0].astype(np.int64)
    pixels = table[:, 1:].astype(np.float32) / 255
    return pixels.reshape(-1, 28, 28), letters


X_tr, y_tr = load_split("train")
X_va, y_va = load_split("valid")

train_ds = TensorDataset(torch.from_numpy(X_tr), torch.from_numpy(y_tr))
valid_ds = TensorDataset(torch.from_numpy(X_va), torch.from_numpy(y_va))
train_dl = DataLoader(train_ds, batch_size=BATCH_SIZE, shuffle=True)
valid_dl = DataLoader(valid_ds, batch_size=BATCH_SIZE * 2)


def build_mlp():
    parts = OrderedDict()
    parts["flat"] = nn.Flatten()
    parts["fc1"] = nn.Linear(28 * 28, 512)
    parts["act1"] = nn.ReLU()
    parts["fc2"] = nn.Linear(512, 512)
    parts["act2"] = nn.ReLU()
    parts["out"] = nn.Linear(512, NUM_LETTERS)
    return nn.Sequential(parts)


model = build_mlp().to(dev)
optimizer = torch.optim.Adam(model.parameters())
print(model)

for epoch in range(EPOCHS):
    model.train()
    train_loss, train_hits = 0.0, 0
    for images, letters in train_dl:
        images = images.to(dev)
        letters = letters.to(dev)
        optimizer.zero_grad()
        scores = model(images)
        loss = F.cross_entropy(scores, letters)
        loss.backward()
        optimizer.step()
        train_loss += loss.item()
        train_hits += (scores.max(dim=1).indices == letters).sum().item()

    model.eval()
    valid_loss, valid_hits = 0.0, 0
    with torch.inference_mode():
        for images, letters in valid_dl:
            images = images.to(dev)
            letters = letters.to(dev)
            out = model(images)
            valid_loss += F.cross_entropy(out, letters).item()
            valid_hits += (out.max(dim=1).indices == letters).sum().item()

    train_acc = train_hits / len(train_ds)
    valid_acc = valid_hits / len(valid_ds)
    print(f"Epoch {epoch}: loss={train_loss:.2f} acc={train_acc:.4f} val_loss={valid_loss:.2f} val_acc={valid_acc:.4f}")
