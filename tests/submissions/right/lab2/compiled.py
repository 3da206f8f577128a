import torch
import torch.nn as nn
import pandas as pd
from torch.optim import Adam
from torch.utils.data import Dataset, DataLoader

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")

y_train = train_df.pop('label')
y_valid = valid_df.pop('label')
x_train = train_df.values / 255
x_valid = valid_df.values / 255


class HandDataset(Dataset):
    def __init__(self, pixels, labels):
        self.pixels = torch.tensor(pixels).float().to(device)
        self.labels = torch.tensor(labels.values).to(device)

    def __getitem__(self, i):
        return self.pixels[i], self.labels[i]

    def __len__(self):
        return len(self.labels)


BATCH_SIZE = 32
train_loader = DataLoader(HandDataset(x_train, y_train), batch_size=BATCH_SIZE, shuffle=True)
valid_loader = DataLoader(HandDataset(x_valid, y_valid), batch_size=BATCH_SIZE)
train_N = len(train_loader.dataset)
valid_N = len(valid_loader.dataset)

n_classes = 24
model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(28 * 28, 512),  # input
    nn.ReLU(),
    nn.Linear(512, 512),  # hidden
    nn.ReLU(),
    nn.Linear(512, n_classes),  # output
)
model = torch.compile(model.to(device))

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def get_batch_accuracy(output, y, N):
    return (output.argmax(dim=1) == y).sum().item() / N


def train():
    loss = 0
    accuracy = 0
    model.train()
    for x, y in train_loader:
        output = model(x)
        optimizer.zero_grad()
        batch_loss = loss_function(output, y)
        batch_loss.backward()
        optimizer.step()
        loss += batch_loss.item()
        accuracy += get_batch_accuracy(output, y, train_N)
    print('Train - Loss: {:.4f} Accuracy: {:.4f}'.format(loss, accuracy))


def validate():
    loss = 0
    accuracy = 0
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            output = model(x)
            loss += loss_function(output, y).item()
            accuracy += get_batch_accuracy(output, y, valid_N)
    print('Valid - Loss: {:.4f} Accuracy: {:.4f}'.format(loss, accuracy))


epochs = 20
for epoch in range(epochs):
    print('Epoch: {}'.format(epoch))
    train()
    validate()

model.eval()
with torch.no_grad():
    train_hits = sum((model(x).argmax(dim=1) == y).sum().item() for x, y in train_loader)
    valid_hits = sum((model(x).argmax(dim=1) == y).sum().item() for x, y in valid_loader)
print(f"final train accuracy: {train_hits / train_N:.6f}")
print(f"final valid accuracy: {valid_hits / valid_N:.6f}")
