import torch as t
from torch.nn import CrossEntropyLoss, Flatten, Linear, ReLU, Sequential
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

dev = "cuda:0" if t.cuda.is_available() else "cpu"

digits = MNIST("./data", train=True, download=True, transform=ToTensor())
unseen = MNIST("./data", train=False, download=True, transform=ToTensor())
feed = t.utils.data.DataLoader(digits, 32, True)
exam = t.utils.data.DataLoader(unseen, 32)

net = Sequential(
    Flatten(),
    Linear(784, 512), ReLU(),
    Linear(512, 512), ReLU(),
    Linear(512, 10),
).to(dev)
criterion = CrossEntropyLoss()
opt = t.optim.Adam(net.parameters())


def practise():
    net.train()
    total = ok = 0
    for a, b in feed:
        a, b = a.to(dev), b.to(dev)
        guess = net(a)
        err = criterion(guess, b)
        opt.zero_grad()
        err.backward()
        opt.step()
        total += err.item()
        ok += (guess.max(1).indices == b).sum().item()
    print("  practice:", round(total, 2), round(ok / len(digits), 4))


def quiz(questions):
    net.eval()
    ok = 0
    with t.inference_mode():
        for a, b in questions:
            ok += (net(a.to(dev)).max(1).indices == b.to(dev)).sum().item()
    return ok / len(questions.dataset)


for lap in range(5):
    print("lap", lap)
    practise()
    print("  exam:", round(quiz(exam), 4))

print(f"final train accuracy: {quiz(feed):.6f}")
print(f"final valid accuracy: {quiz(exam):.6f}")
