# ASL with bare tensors and a hand-made batch function
import pandas as pd
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def get(csv):
    d = pd.read_csv(csv)
    x = torch.tensor(d.iloc[:, 1:].to_numpy(), dtype=torch.float, device=device) / 255
    y = torch.tensor(d.iloc[:, 0].to_numpy(), dtype=torch.long, device=device)
    return x, y


x_train, y_train = get("data/asl_data/sign_mnist_train.csv")
x_valid, y_valid = get("data/asl_data/sign_mnist_valid.csv")


def batches(x, y, size=32, shuffle=False):
    order = torch.randperm(len(x)) if shuffle else torch.arange(len(x))
    for chosen in order.split(size):
        chosen = chosen.to(device)
        yield x[chosen], y[chosen]


model = torch.nn.Sequential(
    torch.nn.Linear(784, 512),
    torch.nn.ReLU(),
    torch.nn.Linear(512, 512),
    torch.nn.ReLU(),
    torch.nn.Linear(512, 24),
).to(device)
loss_function = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())


def measure(x, y):
    model.eval()
    loss, hits = 0.0, 0
    with torch.no_grad():
        for xb, yb in batches(x, y):
            out = model(xb)
            loss += loss_function(out, yb).item()
            hits += (out.argmax(1) == yb).sum().item()
    return loss, hits / len(x)


for epoch in range(20):
    model.train()
    for xb, yb in batches(x_train, y_train, shuffle=True):
        optimizer.zero_grad()
        loss_function(model(xb), yb).backward()
        optimizer.step()
    loss, accuracy = measure(x_valid, y_valid)
    print(f"after epoch {epoch + 1}: valid loss {loss:.2f} accuracy {accuracy:.4f}")

print(f"final train accuracy: {measure(x_train, y_train)[1]:.6f}")
print(f"final valid accuracy: {measure(x_valid, y_valid)[1]:.6f}")
