"""Lab 3: a convolutional network closes the gap.

The handout, README.md, explains the ideas. Fill in every FIXME and run the whole program from
top to bottom. One that is left over stops it with a NameError at that place, so you can work
from exercise to exercise.
"""

import pandas as pd
import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader, Dataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# --- The data -----------------------------------------------------------------------------
# As in lab 2, each row is one picture: its label, then the grey values of its 784
# pixels.
train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")
print(train_df.shape, valid_df.shape)
print(train_df.head())

# --- Exercise 1: pictures -----------------------------------------------------------------
# A convolution looks at neighbouring pixels, so the rows of 784 values have to become
# pictures again, in the shape (number of pictures, channels, height, width). Give one
# of the four numbers as -1 and PyTorch works it out.
image_height = 28
image_width = 28
image_channels = FIXME


class SignDataset(Dataset):
    def __init__(self, df):
        pixels = df.drop(columns="label").to_numpy()
        images = torch.tensor(pixels, dtype=torch.float32) / 255
        self.images = images.reshape(FIXME).to(device)
        self.labels = torch.tensor(df["label"].to_numpy(), dtype=torch.long).to(device)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]


train_set = SignDataset(train_df)
valid_set = SignDataset(valid_df)
print("a picture:", train_set[0][0].shape)

batch_size = 32
train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=batch_size)

# --- Exercise 2: shapes -------------------------------------------------------------------
# Read exercise 3, take pencil and paper, and follow the shape of one picture through
# the three blocks. How many numbers are left when the last block is flattened?
n_classes = 24
flattened_size = FIXME

# --- Exercise 3: three blocks -------------------------------------------------------------
# Block 1 makes 25 maps out of the picture, block 2 makes 50 out of those, block 3 makes
# 75. Every convolution has a 3 × 3 kernel, stride 1 and padding 1, and is followed by
# batch normalisation and ReLU. A max pooling of 2 with stride 2 ends each block. The
# second block has a dropout of 0.2 before its pooling. The first block is nearly
# complete; write the other two yourself.
block1 = nn.Sequential(
    nn.Conv2d(image_channels, 25, kernel_size=3, stride=1, padding=FIXME),
    nn.BatchNorm2d(FIXME),
    nn.ReLU(),
    nn.MaxPool2d(2, stride=2),
)
block2 = FIXME
block3 = FIXME

# --- Exercise 4: the classifier -----------------------------------------------------------
# Flatten, linear to 512, dropout of 0.3, ReLU, linear to the scores. Then the loss and
# the optimizer as before.
classifier = FIXME

model = nn.Sequential(block1, block2, block3, classifier)
model = model.to(device)
print(model)

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


# --- Exercise 5: the loop -----------------------------------------------------------------
# You know the training step. The two modes matter now: think of what dropout and batch
# normalisation should do in training and in validation.
def count_correct(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item()


def train():
    loss_sum = 0.0
    correct = 0

    FIXME
    for images, labels in train_loader:
        logits = model(images)
        loss = loss_function(logits, labels)

        FIXME
        FIXME
        FIXME

        loss_sum += loss.item()
        correct += count_correct(logits, labels)

    accuracy = correct / len(train_set)
    print(f"Train - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


def validate():
    loss_sum = 0.0
    correct = 0

    FIXME
    with FIXME:
        for images, labels in valid_loader:
            logits = model(images)
            loss_sum += loss_function(logits, labels).item()
            correct += count_correct(logits, labels)

    accuracy = correct / len(valid_set)
    print(f"Valid - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


# --- Exercise 6: train and compare --------------------------------------------------------
# Train for twenty epochs and put the figures next to those of lab 2. What has changed?
# Write two or three sentences below.
epochs = FIXME

for epoch in range(1, epochs + 1):
    print(f"Epoch {epoch}: ", end="")
    train()
    validate()

# My comparison: …
