"""Mistakes of lab 3 in style c: pieces of text and what stands there instead."""

Pieces = tuple[tuple[str, str], ...]

LABELS = '    labels = torch.tensor(frame["label"].to_numpy())\n'
IMAGES = '    images = torch.tensor(frame.drop(columns="label").to_numpy(), dtype=torch.float32)\n'
READ = "    return images.view(-1, 1, 28, 28) / 255, labels\n"
ITEM = "        return img, self.labels[i]\n"
LAYERS = "nn.Conv2d(c_in, c_out, 3, padding=1), nn.BatchNorm2d(c_out), nn.ReLU()"
FC = "        self.fc = nn.Linear(75 * 3 * 3, 512)\n"
OUT = "        self.out = nn.Linear(512, n_out)\n"
VIEW = "        x = x.view(x.size(0), -1)\n"
HIDDEN = "        x = self.drop(self.fc(x)).relu()\n"
RETURN = "        return self.out(x)\n"
LOSS_FN = "        self.loss_fn = nn.CrossEntropyLoss()\n"
ZERO = "        self.opt.zero_grad()\n"
FORWARD = "        out = self.net(x)\n"
LOSS = "        loss = self.loss_fn(out, y)\n"
BACKWARD = "        loss.backward()\n"
STEP = "        self.opt.step()\n"
CORRECT = "(out.argmax(dim=1) == y).sum().item()"
TRAIN_SET = '    train_set = Signs("data/asl_data/sign_mnist_train.csv", transform=wiggle)\n'
VALID_SET = '    valid_set = Signs("data/asl_data/sign_mnist_valid.csv")\n'
LOADER = "DataLoader(train_set, batch_size=32, shuffle=True)"
VALID_LOADER = "DataLoader(valid_set, batch_size=32, shuffle=False)"
NET = "    net = SignNet().to(device)\n"
ADAM = "torch.optim.Adam(net.parameters(), lr=lr)"
OPT = f"    opt = {ADAM}\n"
STEPPER = "    step = Stepper(net, opt)\n"
TRAIN_MODE = "        net.train()\n"
BATCHES = "            batch_loss, batch_correct = step(x, y)\n"
EVALUATE = "evaluate(net, valid_loader, device)"
MAIN = "def main(epochs=20, lr=1e-3):"


def _start(body: str) -> Pieces:
    """Set the weights of each module when the network is made."""
    return (
        ("class Stepper:\n", f"def init(m):\n{body}\n\nclass Stepper:\n"),
        (NET, "    net = SignNet().apply(init).to(device)\n"),
    )


PIECES: dict[str, Pieces] = {
    "missing-activation": ((f"[{LAYERS}]", f"[{LAYERS.removesuffix(', nn.ReLU()')}]"),),
    "wrong-outputs": (("n_out=24", "n_out=20"),),
    "wrong-input-size": ((FC, "        self.fc = nn.Linear(75 * 28 * 28, 512)\n"),),
    "missing-flatten": ((VIEW, ""),),
    "activation-on-output": ((RETURN, "        return self.out(x).relu()\n"),),
    "dropout-too-strong": (
        ("conv_block(25, 50, drop=0.2)", "conv_block(25, 50, drop=0.9)"),
        ("self.drop = nn.Dropout(0.3)", "self.drop = nn.Dropout(0.9)"),
    ),
    "dropout-on-output": (
        (HIDDEN, "        x = self.fc(x).relu()\n"),
        (RETURN, "        return self.drop(self.out(x))\n"),
    ),
    "dropout-always-on": (
        ("        self.drop = nn.Dropout(0.3)\n", ""),
        (HIDDEN, "        x = torch.dropout(self.fc(x), 0.3, True).relu()\n"),
    ),
    "no-regularisation": (
        (LAYERS, "nn.Conv2d(c_in, c_out, 3, padding=1), nn.ReLU()"),
        ("conv_block(25, 50, drop=0.2)", "conv_block(25, 50)"),
        ("        self.drop = nn.Dropout(0.3)\n", ""),
        (HIDDEN, "        x = self.fc(x).relu()\n"),
        ("    wiggle = T.RandomAffine(degrees=5, translate=(0.05, 0.05))\n", ""),
        (TRAIN_SET, TRAIN_SET.replace(", transform=wiggle", "")),
    ),
    "softmax-before-loss": (
        (OUT, OUT + "        self.probs = nn.Softmax(dim=-1)\n"),
        (RETURN, "        return self.probs(self.out(x))\n"),
    ),
    "log-softmax-before-loss": ((RETURN, "        return F.log_softmax(self.out(x), dim=1)\n"),),
    "sigmoid-before-loss": (
        (OUT, "        self.out = nn.Sequential(nn.Linear(512, n_out), nn.Sigmoid())\n"),
    ),
    "loss-on-wrong-tensors": (
        (
            LOSS,
            "        target = F.one_hot(y, out.shape[1]).float().requires_grad_()\n"
            "        loss = self.loss_fn(target, y)\n",
        ),
    ),
    "broadcast-loss": (
        (
            LOSS,
            "        target = F.one_hot(y, out.shape[1])\n"
            "        loss = ((out.softmax(1).unsqueeze(1) - target) ** 2).sum(-1).mean()\n",
        ),
    ),
    "labels-shifted": (
        ("n_out=24", "n_out=25"),
        (TRAIN_SET, TRAIN_SET + "    train_set.labels += 1\n"),
    ),
    "labels-misaligned": (
        (
            IMAGES,
            '    pixels = frame.drop(columns="label").sample(frac=1)\n'
            "    images = torch.tensor(pixels.to_numpy(), dtype=torch.float32)\n",
        ),
    ),
    "labels-one-hot": (
        (
            LOSS,
            "        target = torch.zeros_like(out)\n"
            "        target[:, y] = 1\n"
            "        loss = self.loss_fn(out, target)\n",
        ),
    ),
    "inputs-not-scaled": ((READ, "    return images.reshape(len(images), 1, 28, 28), labels\n"),),
    "splits-scaled-differently": (
        (VALID_SET, VALID_SET + "    valid_set.images = valid_set.images / 255\n"),
    ),
    "augmentation-on-validation": (
        ("degrees=5, translate=(0.05, 0.05)", "degrees=20, translate=(0.2, 0.2)"),
        (VALID_SET, VALID_SET.replace('valid.csv"', 'valid.csv", transform=wiggle')),
    ),
    "no-zero-grad": ((ZERO, "        self.opt.zero_grad\n"),),
    "no-backward": ((BACKWARD, ""),),
    "no-step": ((STEP, ""),),
    "step-before-backward": ((LOSS, LOSS + STEP), (BACKWARD + STEP, BACKWARD)),
    "zero-grad-after-backward": (
        (
            BACKWARD,
            BACKWARD + "        for p in self.net.parameters():\n            p.grad = None\n",
        ),
    ),
    "training-without-gradients": (
        ("@torch.no_grad()\ndef evaluate", "def evaluate"),
        ("    net.eval()\n", "    net.eval()\n    torch.set_grad_enabled(False)\n"),
    ),
    "optimizer-of-another-model": ((STEPPER, f"{NET}{STEPPER}"),),
    "rate-too-high": ((MAIN, "def main(epochs=20, lr=0.5):"),),
    "rate-too-low": ((ADAM, "torch.optim.Adam(net.parameters(), lr=lr * 1e-4)"),),
    "plain-sgd": ((ADAM, "torch.optim.SGD(net.parameters(), lr=lr)"),),
    "frozen-layers": (
        (
            OPT,
            "    for name, p in net.named_parameters():\n"
            '        p.requires_grad = name.startswith("out")\n' + OPT,
        ),
    ),
    "model-rebuilt": (
        (NET + OPT + STEPPER, ""),
        (TRAIN_MODE, f"    {NET}    {OPT}    {STEPPER}{TRAIN_MODE}"),
    ),
    "optimizer-rebuilt": (
        (ZERO, "        self.opt = type(self.opt)(self.net.parameters(), lr=1e-3)\n" + ZERO),
    ),
    "eval-mode-in-training": ((TRAIN_MODE, ""), (NET, NET + "    net.eval()\n")),
    "train-mode-in-validation": (("    net.eval()\n", ""),),
    "argmax-wrong-axis": (
        (CORRECT, "(out.argmax(dim=0, keepdim=True) == y.unsqueeze(1)).sum().item()"),
    ),
    "accuracy-wrong-count": (
        ("correct += count_correct(out, y)", "correct += count_correct(out, y) / len(y)"),
    ),
    "trained-on-validation": ((LOADER, LOADER.replace("train_set", "valid_set")),),
    "validated-on-training": ((EVALUATE, "evaluate(net, train_loader, device)"),),
    "no-shuffling": (
        (LOADER, LOADER.replace("True", "False")),
        (VALID_LOADER, VALID_LOADER.replace("False", "True")),
    ),
    "batch-of-one": ((LOADER, LOADER.replace("32", "2")),),
    "batch-too-large": ((LOADER, LOADER.replace("32", "30000")),),
    "too-few-epochs": ((MAIN, "def main(epochs=1, lr=1e-3):"),),
    "loss-not-a-number": ((ITEM, "        img = (img - img.mean()) / img.std(dim=0)\n" + ITEM),),
    "exploding-gradients": _start(
        "    if isinstance(m, (nn.Conv2d, nn.Linear)):\n        nn.init.normal_(m.weight, 0, 10)\n"
    ),
    "vanishing-gradients": (
        (
            OUT,
            "        self.deep = nn.ModuleList(nn.Linear(512, 512) for _ in range(8))\n" + OUT,
        ),
        (
            HIDDEN,
            "        x = self.drop(self.fc(x)).sigmoid()\n        for layer in self.deep:\n"
            "            x = layer(x).sigmoid()\n",
        ),
    ),
    "dead-relus": _start(
        "    if isinstance(m, nn.BatchNorm2d):\n        nn.init.constant_(m.bias, -10.0)\n"
    ),
    "weights-all-equal": _start('    if hasattr(m, "weight"):\n        nn.init.ones_(m.weight)\n'),
    "weights-never-change": ((MAIN, "def main(epochs=20, lr=1 // 1000):"),),
    "device-mismatch": ((NET, "    net = SignNet()\n"),),
    "dtype-mismatch": ((NET, "    net = SignNet().double().to(device)\n"),),
}
