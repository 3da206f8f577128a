import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

dev = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


class Photos(Dataset):
    def __init__(self, where):
        sheet = pd.read_csv(where)
        self.answers = sheet["label"].to_numpy(dtype=np.int64)
        self.photos = sheet.iloc[:, 1:].to_numpy(dtype=np.float32).reshape(-1, 1, 28, 28) / 255

    def __len__(self):
        return len(self.answers)

    def __getitem__(self, n):
        return self.photos[n], self.answers[n]


album = Photos("data/asl_data/sign_mnist_train.csv")
strangers = Photos("data/asl_data/sign_mnist_valid.csv")
shuffled = DataLoader(album, batch_size=32, shuffle=True)
in_order = DataLoader(album, batch_size=32)
exam = DataLoader(strangers, batch_size=32)

eyes = nn.Sequential(
    nn.Conv2d(1, 25, 3, padding="same"), nn.BatchNorm2d(25), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(25, 50, 3, padding="same"), nn.BatchNorm2d(50), nn.ReLU(), nn.Dropout(.2), nn.MaxPool2d(2),
    nn.Conv2d(50, 75, 3, padding="same"), nn.BatchNorm2d(75), nn.ReLU(), nn.MaxPool2d(2),
)
brain = nn.Sequential(nn.Flatten(), nn.Linear(75 * 9, 512), nn.Dropout(.3), nn.ReLU(), nn.Linear(512, 24))
reader = nn.Sequential(eyes, brain).to(dev)

judge = nn.CrossEntropyLoss()
coach = torch.optim.Adam(reader.parameters())


def lesson():
    reader.train()
    total = 0.0
    for photo, answer in shuffled:
        coach.zero_grad()
        mistake = judge(reader(photo.to(dev)), answer.to(dev))
        mistake.backward()
        coach.step()
        total += mistake.item()
    return total


def test(on):
    reader.eval()
    ok = 0
    with torch.no_grad():
        for photo, answer in on:
            ok += (reader(photo.to(dev)).argmax(1).cpu() == answer).sum().item()
    return ok / len(on.dataset)


for day in range(20):
    print(f"day {day + 1}: mistakes {lesson():.3f}, exam {test(exam):.4f}")

print(f"final train accuracy: {test(in_order):.6f}")
print(f"final valid accuracy: {test(exam):.6f}")
