import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class ASL(Dataset):
    """Keeps the bytes and scales a picture only when it is asked for."""

    def __init__(self, csv):
        df = pd.read_csv(csv)
        self.y = df["label"].tolist()
        self.x = df.drop("label", axis=1).values.astype("uint8")

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return torch.from_numpy(self.x[i]).float() / 255.0, self.y[i]


train_set = ASL("data/asl_data/sign_mnist_train.csv")
valid_set = ASL("data/asl_data/sign_mnist_valid.csv")
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32, shuffle=False)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 512)
        self.fc2 = nn.Linear(512, 512)
        self.fc3 = nn.Linear(512, 26)  # A..Z

    def forward(self, x):
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


model = Net().to(device)
optimizer = optim.Adam(model.parameters(), lr=0.001)


def test(loader):
    model.eval()
    loss, correct = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss += F.cross_entropy(logits, y, reduction="sum").item()
            correct += logits.argmax(1).eq(y).sum().item()
    n = len(loader.dataset)
    return loss / n, correct / n


for epoch in range(1, 21):
    model.train()
    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    print("Epoch", epoch, "- mean loss and accuracy on unseen pictures: %.4f %.4f" % test(valid_loader))

print(f"final train accuracy: {test(train_loader)[1]:.6f}")
print(f"final valid accuracy: {test(valid_loader)[1]:.6f}")
