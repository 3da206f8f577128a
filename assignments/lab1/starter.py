"""Lab 1: reading handwritten digits.

The handout, README.md, explains the ideas. Fill in every FIXME and run the whole program from
top to bottom. One that is left over stops it with a NameError at that place, so you can work
from exercise to exercise.
"""

import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

# --- Exercise 1: a device -----------------------------------------------------------------
# Write an expression that is `True` if PyTorch can use a graphics card. Look at
# `torch.cuda`. The processor does the work otherwise.
device = torch.device("cuda" if FIXME else "cpu")
print("device:", device)

# --- The data -----------------------------------------------------------------------------
# `ToTensor` turns a picture of bytes into a float tensor of shape (1, 28, 28) with
# values from 0 to 1.
to_tensor = transforms.ToTensor()
train_set = datasets.MNIST("./data", train=True, download=True, transform=to_tensor)
valid_set = datasets.MNIST("./data", train=False, download=True, transform=to_tensor)

image, label = train_set[0]
print("a picture:", image.shape, "from", image.min().item(), "to", image.max().item())
print("its label:", label)

# --- Exercise 2: batches ------------------------------------------------------------------
# The loaders hand out the pictures in batches of 32. Which of the two should be
# shuffled, and why?
batch_size = FIXME
train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=FIXME)
valid_loader = DataLoader(valid_set, batch_size=batch_size)

# --- Exercise 3: the network --------------------------------------------------------------
# Flatten the picture, then three linear layers: to 512 values, to 512 values, to one
# score for each digit. After the first two comes a ReLU, after the last comes nothing.
input_size = 1 * 28 * 28
n_classes = FIXME

model = nn.Sequential(
    FIXME,
    nn.Linear(input_size, 512),
    FIXME,
    nn.Linear(FIXME, 512),
    FIXME,
    nn.Linear(FIXME, n_classes),
)
model = model.to(device)
print(model)

# --- Exercise 4: loss and optimizer -------------------------------------------------------
# A loss for choosing one class out of many, and Adam with its default settings. What
# has the optimizer to know about the model?
loss_function = FIXME
optimizer = Adam(FIXME)


# Given: how many pictures of a batch have their highest score at the right digit.
def count_correct(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item()


# --- Exercise 5: one training step --------------------------------------------------------
# Three lines are missing after the loss: forget the gradients of the last batch,
# compute the new ones, move the weights.
def train():
    loss_sum = 0.0
    correct = 0

    model.train()
    for images, labels in train_loader:
        images, labels = images.to(device), labels.to(device)

        logits = model(images)
        loss = loss_function(logits, labels)

        FIXME
        FIXME
        FIXME

        loss_sum += loss.item()
        correct += count_correct(logits, labels)

    accuracy = correct / len(train_set)
    print(f"Train - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


# --- Exercise 6: validation ---------------------------------------------------------------
# Put the model into its evaluation mode, get the scores for the batch, and work out the
# accuracy. Then train for five epochs.
def validate():
    loss_sum = 0.0
    correct = 0

    FIXME
    with torch.no_grad():
        for images, labels in valid_loader:
            images, labels = images.to(device), labels.to(device)
            logits = FIXME
            loss_sum += loss_function(logits, labels).item()
            correct += count_correct(logits, labels)

    accuracy = FIXME
    print(f"Valid - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


epochs = FIXME

for epoch in range(1, epochs + 1):
    print(f"Epoch {epoch}: ", end="")
    train()
    validate()
