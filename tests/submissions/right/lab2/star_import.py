import torch
from torch.nn import *
from torch.optim import *
from torch.utils.data import *
import pandas as pd

# a wider first layer, a narrower second one, AdamW
train_table = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_table = pd.read_csv("data/asl_data/sign_mnist_valid.csv")


def as_dataset(table):
    pixels = torch.tensor(table.filter(like="pixel").values, dtype=torch.float32) / 255
    letters = torch.tensor(table.label.values, dtype=torch.int64)
    return TensorDataset(pixels, letters)


train_data = as_dataset(train_table)
valid_data = as_dataset(valid_table)
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_data, batch_size=32)

where = "cuda" if torch.cuda.is_available() else "cpu"
model = Sequential(
    Linear(784, 640),
    ReLU(),
    Linear(640, 320),
    ReLU(),
    Linear(320, 24),
).to(where)
loss_of = CrossEntropyLoss()
optimizer = AdamW(model.parameters(), lr=0.001)


def accuracy_on(loader):
    model.eval()
    good = 0
    with torch.no_grad():
        for a, b in loader:
            good += (torch.argmax(model(a.to(where)), 1) == b.to(where)).sum().item()
    return good / len(loader.dataset)


for epoch in range(20):
    model.train()
    for a, b in train_loader:
        loss = loss_of(model(a.to(where)), b.to(where))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, "accuracy on new hands:", accuracy_on(valid_loader))

print(f"final train accuracy: {accuracy_on(train_loader):.6f}")
print(f"final valid accuracy: {accuracy_on(valid_loader):.6f}")
