"""Lab 2, worked solution: the same kind of network on photographs of signed letters.

The network learns its training pictures almost perfectly and still does clearly worse on
new ones. That gap is the lesson of this lab; lab 3 closes it.

    python reference/lab2_asl_mlp.py
"""

import pandas as pd
import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader, Dataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# --- The data -----------------------------------------------------------------------
# Each row is one picture: its label, then 28 x 28 = 784 grey values from 0 to 255.
# J and Z are signed with a movement, so a still picture cannot show them: 24 letters stay.
train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")


class SignDataset(Dataset):
    """Pictures as rows of 784 floats between 0 and 1, labels as class numbers."""

    def __init__(self, df):
        pixels = df.drop(columns="label").to_numpy()
        # Dividing by 255 does here what ToTensor did in lab 1.
        self.images = torch.tensor(pixels, dtype=torch.float32) / 255
        self.labels = torch.tensor(df["label"].to_numpy(), dtype=torch.long)
        # The whole set is small. Moved once, it needs no copying in any of the epochs.
        self.images = self.images.to(device)
        self.labels = self.labels.to(device)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]


train_set = SignDataset(train_df)
valid_set = SignDataset(valid_df)

batch_size = 32
train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=batch_size)

# --- The network --------------------------------------------------------------------
input_size = 28 * 28
n_classes = 24

model = nn.Sequential(
    # The rows are flat already. Flatten leaves them alone, and the same network would
    # also accept pictures of shape (1, 28, 28).
    nn.Flatten(),
    nn.Linear(input_size, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, n_classes),
)
model = model.to(device)

loss_function = nn.CrossEntropyLoss()
optimizer = Adam(model.parameters())


# --- Training and validation --------------------------------------------------------
def count_correct(logits, labels):
    """How many pictures of this batch have their highest score at the right class."""
    return (logits.argmax(dim=1) == labels).sum().item()


def train():
    """One epoch over the training pictures."""
    loss_sum = 0.0
    correct = 0

    model.train()
    for images, labels in train_loader:
        logits = model(images)
        loss = loss_function(logits, labels)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        loss_sum += loss.item()
        correct += count_correct(logits, labels)

    accuracy = correct / len(train_set)
    print(f"Train - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


def validate():
    """Loss and accuracy on pictures that took no part in training."""
    loss_sum = 0.0
    correct = 0

    model.eval()
    with torch.no_grad():
        for images, labels in valid_loader:
            logits = model(images)
            loss_sum += loss_function(logits, labels).item()
            correct += count_correct(logits, labels)

    accuracy = correct / len(valid_set)
    print(f"Valid - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


# --- The run ------------------------------------------------------------------------
# Watch the two lines drift apart. The training loss goes towards zero while the validation
# loss turns round and grows: the network starts to memorise. With 27,455 pictures from few
# hands and 676,888 numbers to adjust, memorising is easy. And the validation accuracy jumps
# from epoch to epoch, so a single epoch says little about how good the network is.
epochs = 20

for epoch in range(1, epochs + 1):
    print(f"Epoch {epoch}: ", end="")
    train()
    validate()
