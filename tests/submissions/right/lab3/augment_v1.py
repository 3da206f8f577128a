# CNN for sign language, each training picture gets its own small turn and crop
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

wobble = transforms.Compose([
    transforms.RandomRotation(8),
    transforms.RandomResizedCrop(28, scale=(0.85, 1.0), ratio=(0.95, 1.05), antialias=True),
])


class Signs(Dataset):
    def __init__(self, csv_file, transform=None):
        df = pd.read_csv(csv_file)
        self.labels = df.pop("label").tolist()
        self.pictures = torch.tensor(df.values, dtype=torch.float32).div(255).view(-1, 1, 28, 28)
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        picture = self.pictures[i]
        if self.transform:
            picture = self.transform(picture)
        return picture, self.labels[i]


TRAIN, VALID = "data/asl_data/sign_mnist_train.csv", "data/asl_data/sign_mnist_valid.csv"
train_loader = DataLoader(Signs(TRAIN, wobble), batch_size=32, shuffle=True)
plain_train_loader = DataLoader(Signs(TRAIN), batch_size=32)
valid_loader = DataLoader(Signs(VALID), batch_size=32)


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(a, b, 3, padding=1) for a, b in [(1, 25), (25, 50), (50, 75)]])
        self.norms = nn.ModuleList([nn.BatchNorm2d(c) for c in (25, 50, 75)])
        self.pool = nn.MaxPool2d(2)
        self.dropout1 = nn.Dropout(0.2)
        self.dropout2 = nn.Dropout(0.3)
        self.fc1 = nn.Linear(675, 512)
        self.fc2 = nn.Linear(512, 24)

    def forward(self, x):
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = F.relu(norm(conv(x)))
            if i == 1:
                x = self.dropout1(x)
            x = self.pool(x)
        x = x.flatten(1)
        x = F.relu(self.dropout2(self.fc1(x)))
        return self.fc2(x)


model = CNN().to(device)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())


@torch.no_grad()
def evaluate(loader):
    model.eval()
    right = 0
    for x, y in loader:
        right += (model(x.to(device)).argmax(1) == y.to(device)).sum().item()
    return right / len(loader.dataset)


for epoch in range(1, 21):
    model.train()
    losses = 0.0
    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses += loss.item()
    print(f"{epoch:02d}: loss {losses / len(train_loader):.4f}, valid {evaluate(valid_loader):.4f}")

print(f"final train accuracy: {evaluate(plain_train_loader):.6f}")
print(f"final valid accuracy: {evaluate(valid_loader):.6f}")
