import pandas as pd
import torch
import torch.nn as nn
from torch.optim import Adam
from torch.utils.data import DataLoader, Dataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class SignLanguage(Dataset):
    def __init__(self, file):
        df = pd.read_csv(file)
        self.y = torch.tensor(df["label"].values)
        self.x = torch.tensor(df.drop(columns=["label"]).values).float().view(-1, 1, 28, 28) / 255

    def __len__(self):
        return self.y.shape[0]

    def __getitem__(self, i):
        return self.x[i], self.y[i]


train_data = SignLanguage("data/asl_data/sign_mnist_train.csv")
valid_data = SignLanguage("data/asl_data/sign_mnist_valid.csv")
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_data, batch_size=32)


class ConvBlock(nn.Module):
    def __init__(self, in_ch, out_ch, dropout_p):
        super().__init__()
        self.conv = nn.Conv2d(in_ch, out_ch, kernel_size=3, stride=1, padding=1)
        self.norm = nn.BatchNorm2d(out_ch)
        self.act = nn.ReLU()
        self.drop = nn.Dropout(dropout_p)
        self.pool = nn.MaxPool2d(2, stride=2)

    def forward(self, x):
        return self.pool(self.drop(self.act(self.norm(self.conv(x)))))


class SignCNN(nn.Module):
    def __init__(self, n_classes=25):
        super().__init__()
        self.block1 = ConvBlock(1, 25, 0.0)
        self.block2 = ConvBlock(25, 50, 0.2)
        self.block3 = ConvBlock(50, 75, 0.0)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(75 * 3 * 3, 512),
            nn.Dropout(0.3),
            nn.ReLU(),
            nn.Linear(512, n_classes),
        )

    def forward(self, x):
        x = self.block1(x)
        x = self.block2(x)
        x = self.block3(x)
        return self.classifier(x)


model = SignCNN().to(device)
criterion = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def train():
    model.train()
    loss_sum, hits = 0.0, 0
    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        scores = model(x)
        loss = criterion(scores, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        hits += (scores.argmax(1) == y).sum().item()
    print(f"Train - Loss: {loss_sum:.4f} Accuracy: {hits / len(train_data):.4f}")


def validate(loader):
    model.eval()
    loss_sum, hits = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            scores = model(x)
            loss_sum += criterion(scores, y).item()
            hits += (scores.argmax(1) == y).sum().item()
    return loss_sum, hits / len(loader.dataset)


for epoch in range(20):
    print(f"--- epoch {epoch + 1}")
    train()
    loss, acc = validate(valid_loader)
    print(f"Valid - Loss: {loss:.4f} Accuracy: {acc:.4f}")

print(f"final train accuracy: {validate(train_loader)[1]:.6f}")
print(f"final valid accuracy: {validate(valid_loader)[1]:.6f}")
