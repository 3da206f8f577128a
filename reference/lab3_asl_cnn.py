"""Lab 3, worked solution: a convolutional network closes the gap that lab 2 left open.

python reference/lab3_asl_cnn.py
"""

import pandas as pd
import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader, Dataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# --- The data -----------------------------------------------------------------------
train_df = pd.read_csv("data/asl_data/sign_mnist_train.csv")
valid_df = pd.read_csv("data/asl_data/sign_mnist_valid.csv")

image_height = 28
image_width = 28
image_channels = 1  # grey; a colour picture would have three


class SignDataset(Dataset):
    """Pictures as (1, 28, 28) floats between 0 and 1, labels as class numbers."""

    def __init__(self, df):
        pixels = df.drop(columns="label").to_numpy()
        images = torch.tensor(pixels, dtype=torch.float32) / 255
        # A flat row hides which pixels are neighbours. A convolution looks at
        # neighbourhoods, so the rows become pictures again: (N, channels, height, width).
        self.images = images.reshape(-1, image_channels, image_height, image_width).to(device)
        self.labels = torch.tensor(df["label"].to_numpy(), dtype=torch.long).to(device)

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
n_classes = 24

# A 3 x 3 kernel with stride 1 and one pixel of padding keeps height and width. Each pooling
# layer halves them, rounding down: 28 -> 14 -> 7 -> 3. So the last block leaves 75 maps of
# 3 x 3, which is 675 numbers per picture.
flattened_size = 75 * 3 * 3

model = nn.Sequential(
    # Block 1: edges and spots. One kernel is 9 weights, shared by all positions, so what
    # is learned in one corner of the picture is known in every other.
    nn.Conv2d(image_channels, 25, kernel_size=3, stride=1, padding=1),  # 25 x 28 x 28
    nn.BatchNorm2d(25),  # each map at a steady scale: faster, calmer training
    nn.ReLU(),
    nn.MaxPool2d(2, stride=2),  # 25 x 14 x 14
    # Block 2: combinations of edges. Dropout silences a random fifth of the numbers in
    # training, so that no later layer can rely on a single one of them.
    nn.Conv2d(25, 50, kernel_size=3, stride=1, padding=1),  # 50 x 14 x 14
    nn.BatchNorm2d(50),
    nn.ReLU(),
    nn.Dropout(0.2),
    nn.MaxPool2d(2, stride=2),  # 50 x 7 x 7
    # Block 3: parts of a hand.
    nn.Conv2d(50, 75, kernel_size=3, stride=1, padding=1),  # 75 x 7 x 7
    nn.BatchNorm2d(75),
    nn.ReLU(),
    nn.MaxPool2d(2, stride=2),  # 75 x 3 x 3
    # From here on it is the classifier of the first two labs, smaller and with dropout.
    nn.Flatten(),
    nn.Linear(flattened_size, 512),
    nn.Dropout(0.3),
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

    model.train()  # dropout on, batch norm measures each batch
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

    model.eval()  # dropout off, batch norm uses the averages it collected in training
    with torch.no_grad():
        for images, labels in valid_loader:
            logits = model(images)
            loss_sum += loss_function(logits, labels).item()
            correct += count_correct(logits, labels)

    accuracy = correct / len(valid_set)
    print(f"Valid - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


# --- The run ------------------------------------------------------------------------
# Compare with lab 2: both accuracies now end close together, with fewer weights to adjust.
# Fewer, shared weights leave less room to memorise, and dropout punishes it.
epochs = 20

for epoch in range(1, epochs + 1):
    print(f"Epoch {epoch}: ", end="")
    train()
    validate()
