import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader
from torch.optim import Adam

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")

y_train = train_df.pop("label").values
y_valid = valid_df.pop("label").values
x_train = train_df.values / 255
x_valid = valid_df.values / 255


class MyDataset(Dataset):
    def __init__(self, x, y):
        self.xs = torch.tensor(x).float().to(device)
        self.ys = torch.tensor(y).to(device)

    def __getitem__(self, idx):
        return self.xs[idx], self.ys[idx]

    def __len__(self):
        return len(self.xs)


train_set = MyDataset(x_train, y_train)
valid_set = MyDataset(x_valid, y_valid)

batch_size = 32
train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=batch_size)
train_N = len(train_loader.dataset)
valid_N = len(valid_loader.dataset)

input_size = 28 * 28
n_classes = 24

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(input_size, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, n_classes),
)
model.to(device)

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def get_batch_accuracy(output, y, N):
    pred = output.argmax(dim=1, keepdim=True)
    correct = pred.eq(y.view_as(pred)).sum().item()
    return correct / N


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
    print("Train - Loss: {:.4f} Accuracy: {:.4f}".format(loss, accuracy))


def validate():
    loss = 0
    accuracy = 0
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            output = model(x)
            loss += loss_function(output, y).item()
            accuracy += get_batch_accuracy(output, y, valid_N)
    print("Valid - Loss: {:.4f} Accuracy: {:.4f}".format(loss, accuracy))


epochs = 20
for epoch in range(epochs):
    print("Epoch: {}".format(epoch))
    train()
    validate()
