"""Lab 1, worked solution: recognise handwritten digits with a multilayer perceptron.

Run it from a folder that has (or may download) the data in ./data:

    python reference/lab1_mnist_mlp.py
"""

import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

# A GPU makes the matrix products faster, but nothing below needs one. Model and data
# must sit on the same device, so the choice is made once, here, and used everywhere.
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# --- The data -----------------------------------------------------------------------
# ToTensor turns each picture of bytes (0..255) into a float tensor of shape (1, 28, 28)
# with values between 0 and 1. Inputs of that size suit the small starting weights.
to_tensor = transforms.ToTensor()
train_set = datasets.MNIST("./data", train=True, download=True, transform=to_tensor)
valid_set = datasets.MNIST("./data", train=False, download=True, transform=to_tensor)

# Shuffling matters in training: every step should see a fair mixture of digits, and a
# different one in every epoch. In validation the order has no influence on the result.
batch_size = 32
train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=batch_size)

# --- The network --------------------------------------------------------------------
input_size = 1 * 28 * 28
n_classes = 10

model = nn.Sequential(
    # A Linear layer wants one row of numbers per picture: (32, 1, 28, 28) -> (32, 784).
    nn.Flatten(),
    nn.Linear(input_size, 512),
    # Without a bend between them, two Linear layers in a row are only one Linear layer.
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    # One output per digit. They stay raw scores (logits): the loss applies the softmax.
    nn.Linear(512, n_classes),
)
model = model.to(device)

# CrossEntropyLoss compares logits of shape (batch, 10) with class numbers of shape (batch,).
loss_function = nn.CrossEntropyLoss()

# Adam gives every weight a step size of its own. It has to be created after the model,
# because it keeps references to the very tensors it is going to change.
optimizer = Adam(model.parameters())


# --- Training and validation --------------------------------------------------------
def count_correct(logits, labels):
    """How many pictures of this batch have their highest score at the right class."""
    return (logits.argmax(dim=1) == labels).sum().item()


def train():
    """One epoch: every training picture once, one update of the weights per batch."""
    loss_sum = 0.0
    correct = 0

    model.train()
    for images, labels in train_loader:
        images, labels = images.to(device), labels.to(device)

        logits = model(images)
        loss = loss_function(logits, labels)

        optimizer.zero_grad()  # gradients add up, so forget those of the last batch
        loss.backward()  # the slope of the loss with respect to every weight
        optimizer.step()  # one step downhill

        loss_sum += loss.item()
        correct += count_correct(logits, labels)

    accuracy = correct / len(train_set)
    print(f"Train - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


def validate():
    """The same sums over pictures the model never learns from. No weight changes here."""
    loss_sum = 0.0
    correct = 0

    model.eval()
    with torch.no_grad():  # nothing to learn, so there is no need to record the operations
        for images, labels in valid_loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            loss_sum += loss_function(logits, labels).item()
            correct += count_correct(logits, labels)

    accuracy = correct / len(valid_set)
    print(f"Valid - Loss: {loss_sum:.2f} Accuracy: {accuracy:.4f}")


# --- The run ------------------------------------------------------------------------
# Five passes are enough: training and validation accuracy end close to each other, which
# says that the network learned about digits and not about these 60,000 digits.
epochs = 5

for epoch in range(1, epochs + 1):
    print(f"Epoch {epoch}: ", end="")
    train()
    validate()
