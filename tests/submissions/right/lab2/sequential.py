import pandas as pd
import torch
import torch.nn as nn
from torch.optim import Adam
from torch.utils.data import DataLoader, Dataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print(device)

train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")
print(train_df.shape, valid_df.shape)

class ASLDataset(Dataset):
    def __init__(self, df):
        self.labels = torch.tensor(df["label"].values).to(device)
        x = torch.tensor(df.drop(columns="label").values).float() / 255
        self.images = x.to(device)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]

train_set = ASLDataset(train_df)
valid_set = ASLDataset(valid_df)
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(28 * 28, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 24),
)
model = model.to(device)

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())

def train():
    model.train()
    loss_sum = 0
    correct = 0
    for x, y in train_loader:
        output = model(x)
        loss = loss_function(output, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        correct += (output.argmax(dim=1) == y).sum().item()
    print(f"Train - Loss: {loss_sum:.4f} Accuracy: {correct / len(train_set):.4f}")

def validate(loader=valid_loader):
    model.eval()
    loss_sum = 0
    correct = 0
    with torch.no_grad():
        for x, y in loader:
            output = model(x)
            loss_sum += loss_function(output, y).item()
            correct += (output.argmax(dim=1) == y).sum().item()
    accuracy = correct / len(loader.dataset)
    print(f"Valid - Loss: {loss_sum:.4f} Accuracy: {accuracy:.4f}")
    return accuracy

for epoch in range(20):
    print(f"Epoch {epoch + 1}")
    train()
    validate()

train_accuracy = validate(train_loader)
valid_accuracy = validate(valid_loader)
print(f"final train accuracy: {train_accuracy:.6f}")
print(f"final valid accuracy: {valid_accuracy:.6f}")
