"""Lab 2: signed letters, and a network that memorises.

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
# Each row is one picture: its label, then the grey values of its 784 pixels.
train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")
print(train_df.shape, valid_df.shape)
print(train_df.head())


# --- Exercise 1: pixels and labels --------------------------------------------------------
# Both sets go through this function. It keeps the pixels and the labels apart, brings
# the grey values of 0 to 255 into the range from 0 to 1, and gives the labels the type
# which the loss asks for: whole numbers of type `torch.long`.
def to_tensors(df):
    pixels = df.drop(columns=FIXME).to_numpy()
    images = torch.tensor(pixels, dtype=torch.float32) / FIXME
    labels = torch.tensor(df["label"].to_numpy(), dtype=FIXME)
    return images.to(device), labels.to(device)


# --- Exercise 2: the dataset --------------------------------------------------------------
# A loader wants to know two things of a dataset: how many examples it has, and what the
# example with a given index is, as a pair of picture and label.
class SignDataset(Dataset):
    def __init__(self, df):
        self.images, self.labels = to_tensors(df)

    def __len__(self):
        return FIXME

    def __getitem__(self, index):
        return FIXME


train_set = SignDataset(train_df)
valid_set = SignDataset(valid_df)
print(len(train_set), len(valid_set), train_set[0][0].shape)

# --- Exercise 3: batches ------------------------------------------------------------------
# Two loaders with batches of 32. Shuffle the one that needs it.
batch_size = 32
train_loader = FIXME
valid_loader = FIXME

# --- Exercise 4: the network --------------------------------------------------------------
# The network of lab 1, for this problem: Flatten, linear to 512, ReLU, linear to 512,
# ReLU, linear to one score for each letter. Then the loss and the optimizer, also as in
# lab 1.
input_size = 28 * 28
n_classes = FIXME

model = FIXME
model = model.to(device)
print(model)

loss_function = FIXME
optimizer = FIXME


# --- Exercise 5: the loop -----------------------------------------------------------------
# In `train`: the mode, and the three lines of a training step. In `validate`: the mode,
# and what keeps PyTorch from recording the operations.
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


# --- Exercise 6: train and look -----------------------------------------------------------
# Train for twenty epochs. What happens to the two accuracies and to the two losses?
# From which epoch on does the network memorise? Write two or three sentences below.
epochs = FIXME

for epoch in range(1, epochs + 1):
    print(f"Epoch {epoch}: ", end="")
    train()
    validate()

# My observation: …
