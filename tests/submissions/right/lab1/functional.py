import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

device = torch.device("cuda") if torch.cuda.is_available() else torch.device("cpu")

trans = transforms.Compose([transforms.ToTensor()])
train_data = datasets.MNIST("./data", train=True, download=True, transform=trans)
valid_data = datasets.MNIST("./data", train=False, download=True, transform=trans)
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_data, batch_size=32)


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.l1 = nn.Linear(784, 512)
        self.l2 = nn.Linear(512, 512)
        self.l3 = nn.Linear(512, 10)

    def forward(self, x):
        x = torch.flatten(x, 1)
        x = F.relu(self.l1(x))
        x = F.relu(self.l2(x))
        return self.l3(x)


model = Net().to(device)
opt = torch.optim.Adam(model.parameters(), lr=0.001)

for epoch in range(5):
    model.train()
    total = 0
    for step, (x, y) in enumerate(train_loader):
        x, y = x.to(device), y.to(device)
        opt.zero_grad()
        out = model(x)
        loss = F.cross_entropy(out, y)
        loss.backward()
        opt.step()
        total += loss.item()
        if step % 500 == 0:
            print("epoch", epoch, "step", step, "loss", round(loss.item(), 4))

    model.eval()
    right = 0
    val_loss = 0
    with torch.no_grad():
        for x, y in valid_loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            val_loss += F.cross_entropy(out, y, reduction="sum").item()
            right += out.argmax(dim=1, keepdim=True).eq(y.view_as(out.argmax(1, keepdim=True))).sum().item()
    print(f"epoch {epoch}: train loss {total / len(train_loader):.4f}, "
          f"test loss {val_loss / len(valid_data):.4f}, accuracy {100 * right / len(valid_data):.2f}%")

# how good is it in the end, on both sets?
model.eval()
for name, loader in [("train", train_loader), ("valid", valid_loader)]:
    right = 0
    with torch.no_grad():
        for x, y in loader:
            pred = model(x.to(device)).argmax(1)
            right += (pred == y.to(device)).sum().item()
    print(f"final {name} accuracy: {right / len(loader.dataset):.6f}")
