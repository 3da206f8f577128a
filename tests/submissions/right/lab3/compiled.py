import torch.nn as nn
import pandas as pd
import torch
from torch.optim import Adam
from torch.utils.data import Dataset, DataLoader

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

IMG_HEIGHT = 28
IMG_WIDTH = 28
IMG_CHS = 1
N_CLASSES = 24

train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")


class HandImages(Dataset):
    def __init__(self, frame):
        pixels = frame.drop(columns=['label']).values / 255
        pixels = pixels.reshape(-1, IMG_CHS, IMG_HEIGHT, IMG_WIDTH)
        self.images = torch.tensor(pixels).float().to(device)
        self.labels = torch.tensor(frame['label'].values).to(device)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]

    def __len__(self):
        return len(self.images)


n = 32
train_loader = DataLoader(HandImages(train_df), batch_size=n, shuffle=True)
valid_loader = DataLoader(HandImages(valid_df), batch_size=n)
train_N = len(train_loader.dataset)
valid_N = len(valid_loader.dataset)

flattened_img_size = 75 * 3 * 3
model = nn.Sequential(
    # 1 x 28 x 28
    nn.Conv2d(IMG_CHS, 25, kernel_size=3, stride=1, padding=1),
    nn.BatchNorm2d(25),
    nn.ReLU(),
    nn.MaxPool2d(2, stride=2),
    # 25 x 14 x 14
    nn.Conv2d(25, 50, kernel_size=3, stride=1, padding=1),
    nn.BatchNorm2d(50),
    nn.ReLU(),
    nn.Dropout(.2),
    nn.MaxPool2d(2, stride=2),
    # 50 x 7 x 7
    nn.Conv2d(50, 75, kernel_size=3, stride=1, padding=1),
    nn.BatchNorm2d(75),
    nn.ReLU(),
    nn.MaxPool2d(2, stride=2),
    # 75 x 3 x 3
    nn.Flatten(),
    nn.Linear(flattened_img_size, 512),
    nn.Dropout(.3),
    nn.ReLU(),
    nn.Linear(512, N_CLASSES),
)
model = torch.compile(model.to(device))

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


def train():
    total, accuracy = 0, 0
    model.train()
    for x, y in train_loader:
        output = model(x)
        optimizer.zero_grad()
        loss = loss_function(output, y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        accuracy += (output.argmax(dim=1) == y).sum().item() / train_N
    print('Train - Loss: {:.4f} Accuracy: {:.4f}'.format(total, accuracy))


def validate():
    total, accuracy = 0, 0
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            output = model(x)
            total += loss_function(output, y).item()
            accuracy += (output.argmax(dim=1) == y).sum().item() / valid_N
    print('Valid - Loss: {:.4f} Accuracy: {:.4f}'.format(total, accuracy))


for epoch in range(20):
    print('Epoch: {}'.format(epoch))
    train()
    validate()

model.eval()
with torch.no_grad():
    for name, loader in (('train', train_loader), ('valid', valid_loader)):
        hits = 0
        for x, y in loader:
            hits += (model(x).argmax(dim=1) == y).sum().item()
        print(f'final {name} accuracy: {hits / len(loader.dataset):.6f}')
