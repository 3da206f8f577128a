"""A program of any size, with everything in it that rules look for, again and again."""

HEAD = """\
import torch
from torchvision.transforms import Compose, RandomRotation, ToTensor

w0 = w1 = RandomRotation(3)
"""
PART = """
class Signs{n}(Dataset):
    def __init__(self, images, train):
        self.images, self.transform = images, Compose([ToTensor(), w{n}])

    def __getitem__(self, index):
        return Compose([w{n}, ToTensor()])(self.images[index]), self.labels[index]


class Net{n}(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(size{n} * size{n}, 512)
        self.second = nn.Linear(512, 10)
        nn.init.zeros_(self.second.weight)
        self.second.requires_grad_(False)

    def forward(self, x):
        return self.second(torch.relu(self.first(x.flatten(1) / 255)))


size{n} = 28
w{n} = f(w{m}, w{k}, size{n})
valid_set = Signs{n}(x_valid, False)
train_loader = DataLoader(train_set, batch_size=size{n}, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=size{n})
model = Net{n}().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=0.001 * size{n})
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)


def train{n}(epochs):
    for epoch in range(epochs):
        for x, y in train_loader:
            x, y = w{n}(x).to(device), (y + 1).to(device)
            output = model(x)
            loss = loss_function(output, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            correct += (output.argmax(dim=0) == y).sum().item()
        scheduler.step()
        accuracy = correct / len(train_loader)


def validate{n}():
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            right += (model(x.to(device).float()).argmax(1) == y).sum().item()
    print(right / len(valid_loader), [one.detach().requires_grad_() for one in losses])


train{n}(5)
validate{n}()
"""


def program(characters: int) -> str:
    """The code of about so many characters."""
    parts, long = [HEAD], len(HEAD)
    while long < characters:
        n = len(parts) + 1
        parts.append(PART.format(n=n, m=n - 1, k=n - 2))
        long += len(parts[-1])
    return "".join(parts)
