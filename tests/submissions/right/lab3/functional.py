import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset

use_cuda = torch.cuda.is_available()
device = torch.device("cuda" if use_cuda else "cpu")


def read(path):
    df = pd.read_csv(path)
    x = torch.from_numpy(df.iloc[:, 1:].values.reshape(-1, 1, 28, 28)).float() / 255
    y = torch.from_numpy(df.iloc[:, 0].values).long()
    return TensorDataset(x, y)


train_set = read("data/asl_data/sign_mnist_train.csv")
valid_set = read("data/asl_data/sign_mnist_valid.csv")
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 25, 3, padding=1)
        self.conv2 = nn.Conv2d(25, 50, 3, padding=1)
        self.conv3 = nn.Conv2d(50, 75, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(25)
        self.bn2 = nn.BatchNorm2d(50)
        self.bn3 = nn.BatchNorm2d(75)
        self.fc1 = nn.Linear(675, 512)
        self.fc2 = nn.Linear(512, 26)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.bn2(self.conv2(x)))
        x = F.dropout(x, p=0.2, training=self.training)
        x = F.max_pool2d(x, 2)
        x = F.max_pool2d(F.relu(self.bn3(self.conv3(x))), 2)
        x = x.view(x.shape[0], -1)
        x = F.dropout(self.fc1(x), p=0.3, training=self.training)
        return self.fc2(F.relu(x))


model = Net().to(device)
optimizer = optim.Adam(model.parameters())


def test(loader):
    model.eval()
    loss, correct = 0.0, 0
    with torch.no_grad():
        for data, target in loader:
            data, target = data.to(device), target.to(device)
            output = model(data)
            loss += F.cross_entropy(output, target, reduction="sum").item()
            correct += output.argmax(dim=1).eq(target).sum().item()
    n = len(loader.dataset)
    return loss / n, correct / n


for epoch in range(1, 21):
    model.train()
    for batch_idx, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(data), target)
        loss.backward()
        optimizer.step()
        if batch_idx % 400 == 0:
            print(f"Train Epoch: {epoch} [{batch_idx * 32}/{len(train_set)}] Loss: {loss.item():.6f}")
    test_loss, accuracy = test(valid_loader)
    print(f"Test set: average loss {test_loss:.4f}, accuracy {100 * accuracy:.2f}%")

print(f"final train accuracy: {test(train_loader)[1]:.6f}")
print(f"final valid accuracy: {test(valid_loader)[1]:.6f}")
