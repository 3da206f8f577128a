import pandas as pd
import torch
import torch.nn as nn
from torch.optim import Adam
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")


class SignPictures(Dataset):
    def __init__(self, df):
        x = torch.tensor(df.drop(columns="label").values).float() / 255
        self.x = x.reshape(-1, 1, 28, 28).to(device)
        self.y = torch.tensor(df["label"].values).to(device)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


train_set = SignPictures(train_df)
valid_set = SignPictures(valid_df)
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)

# No flips: I am not sure that every sign means the same in a mirror.
augment = v2.Compose([
    v2.RandomRotation(5),
    v2.RandomResizedCrop((28, 28), scale=(0.9, 1.0), ratio=(1.0, 1.0), antialias=True),
    v2.ColorJitter(brightness=0.1, contrast=0.1),
])

model = nn.Sequential(
    nn.Conv2d(1, 25, 3, stride=1, padding=1),
    nn.BatchNorm2d(25),
    nn.ReLU(),
    nn.MaxPool2d(2, stride=2),
    nn.Conv2d(25, 50, 3, stride=1, padding=1),
    nn.BatchNorm2d(50),
    nn.ReLU(),
    nn.Dropout(0.2),
    nn.MaxPool2d(2, stride=2),
    nn.Conv2d(50, 75, 3, stride=1, padding=1),
    nn.BatchNorm2d(75),
    nn.ReLU(),
    nn.MaxPool2d(2, stride=2),
    nn.Flatten(),
    nn.Linear(675, 512),
    nn.Dropout(0.3),
    nn.ReLU(),
    nn.Linear(512, 24),
).to(device)
loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def train():
    model.train()
    total, hits = 0.0, 0
    for x, y in train_loader:
        output = model(augment(x))  # the same turn for the whole batch, another one for the next
        loss = loss_function(output, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
        hits += (output.argmax(1) == y).sum().item()
    print(f"Train - Loss: {total:.4f} Accuracy: {hits / len(train_set):.4f} (augmented)")


def validate(loader):
    model.eval()
    total, hits = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            output = model(x)
            total += loss_function(output, y).item()
            hits += (output.argmax(1) == y).sum().item()
    return total, hits / len(loader.dataset)


for epoch in range(20):
    print(f"Epoch: {epoch}")
    train()
    total, accuracy = validate(valid_loader)
    print(f"Valid - Loss: {total:.4f} Accuracy: {accuracy:.4f}")

# both without augmentation
print(f"final train accuracy: {validate(train_loader)[1]:.6f}")
print(f"final valid accuracy: {validate(valid_loader)[1]:.6f}")
