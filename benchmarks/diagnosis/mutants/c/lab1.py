"""Mistakes of lab 1 in style c: pieces of text and what stands there instead."""

Pieces = tuple[tuple[str, str], ...]

BLOCKS = "            blocks += [nn.Linear(n_in, n_out), nn.ReLU()]\n"
BODY = "        self.body = nn.Sequential(*blocks)\n"
SIZES = "sizes = [784, cfg.hidden, cfg.hidden]"
HEAD = "        self.head = nn.Linear(sizes[-1], cfg.classes)\n"
FORWARD = "        h = self.body(x)\n        return self.head(h)\n"
LOGITS = "            logits = net(xb)\n"
LOSS = "            loss = criterion(logits, yb)\n"
CRITERION = "criterion = nn.CrossEntropyLoss()\n"
OPT = "opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)\n"
NET = "net = MLP(cfg).to(device)\n"
VECTOR = "T.Compose([T.ToTensor(), T.Lambda(lambda img: img.flatten())])"
TRAIN_SET = (
    'digits_train = datasets.MNIST("./data", train=True, download=True, transform=to_vector)\n'
)
TEST_SET = (
    'digits_test = datasets.MNIST("./data", train=False, download=True, transform=to_vector)\n'
)
UPDATE = """                opt.zero_grad()
                loss.backward()
                opt.step()
"""
LOADER = "DataLoader(digits_train, batch_size=cfg.batch, shuffle=True)"
CORRECT = "(logits.argmax(-1) == yb).sum().item()"
RUN_TRAIN = "    tr_loss, tr_acc = run_epoch(train_dl, True)\n"


def _start_weights(lines: str) -> Pieces:
    return ((HEAD, f"{HEAD}        for layer in self.body:\n{lines}"),)


def _update(text: str) -> Pieces:
    return ((UPDATE, text),)


PIECES: dict[str, Pieces] = {
    "missing-activation": ((BLOCKS, "            blocks.append(nn.Linear(n_in, n_out))\n"),),
    "wrong-outputs": (("classes: int = 10", "classes: int = 9"),),
    "wrong-input-size": ((SIZES, "sizes = [28, cfg.hidden, cfg.hidden]"),),
    "missing-flatten": (
        (f"to_vector = {VECTOR}", "as_tensor = T.ToTensor()"),
        (TRAIN_SET, TRAIN_SET.replace("to_vector", "as_tensor")),
        (TEST_SET, TEST_SET.replace("to_vector", "as_tensor")),
    ),
    "activation-on-output": (("return self.head(h)", "return F.relu(self.head(h))"),),
    "dropout-too-strong": (
        (BLOCKS, "            blocks += [nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(p=0.9)]\n"),
    ),
    "dropout-on-output": (
        (
            HEAD,
            "        self.head = nn.Sequential("
            "nn.Linear(sizes[-1], cfg.classes), nn.Dropout(0.4))\n",
        ),
    ),
    "dropout-always-on": (("h = self.body(x)", "h = F.dropout(self.body(x), p=0.5)"),),
    "softmax-before-loss": ((LOGITS, "            logits = net(xb).softmax(dim=-1)\n"),),
    "log-softmax-before-loss": (
        (LOSS, "            loss = criterion(F.log_softmax(logits, dim=-1), yb)\n"),
    ),
    "sigmoid-before-loss": ((LOSS, "            loss = criterion(logits.sigmoid(), yb)\n"),),
    "loss-on-wrong-tensors": (
        (CRITERION, "criterion = nn.MSELoss()\n"),
        (
            LOSS,
            "            digits = logits.argmax(-1).float().requires_grad_()\n"
            "            loss = criterion(digits, yb.float())\n",
        ),
    ),
    "broadcast-loss": (
        (
            CRITERION,
            "def criterion(logits, yb):\n"
            "    values = torch.arange(cfg.classes, device=logits.device)\n"
            "    expected = (logits.softmax(-1) * values).sum(-1, keepdim=True)\n"
            "    return ((expected - yb) ** 2).mean()\n\n\n",
        ),
    ),
    "labels-shifted": (
        (TRAIN_SET, TRAIN_SET + "digits_train.targets = (digits_train.targets + 1) % 10\n"),
        (TEST_SET, TEST_SET + "digits_test.targets = (digits_test.targets + 1) % 10\n"),
    ),
    "labels-misaligned": (
        (
            TRAIN_SET,
            TRAIN_SET + "order = torch.randperm(len(digits_train))\n"
            "digits_train.data = digits_train.data[order]\n",
        ),
    ),
    "labels-one-hot": (
        (
            f"to_vector = {VECTOR}",
            f"to_vector = {VECTOR}\none_hot = T.Lambda(lambda d: torch.eye(10, dtype=int)[d])",
        ),
        (TRAIN_SET, TRAIN_SET.replace("to_vector)", "to_vector, target_transform=one_hot)")),
        (TEST_SET, TEST_SET.replace("to_vector)", "to_vector, target_transform=one_hot)")),
        (CORRECT, "(logits.argmax(-1) == yb.argmax(-1)).sum().item()"),
    ),
    "inputs-not-scaled": (
        (VECTOR, "T.Compose([T.PILToTensor(), T.Lambda(lambda img: img.float().flatten())])"),
    ),
    "splits-scaled-differently": (
        (
            f"to_vector = {VECTOR}",
            f"to_vector = {VECTOR}\n"
            "plain = T.Compose([T.PILToTensor(), T.Lambda(lambda img: img.flatten().float())])",
        ),
        (TEST_SET, TEST_SET.replace("to_vector", "plain")),
    ),
    "augmentation-on-validation": (("T.Compose([T.ToT", "T.Compose([T.RandomRotation(30), T.ToT"),),
    "no-zero-grad": (("                opt.zero_grad()\n", ""),),
    "no-backward": (("loss.backward()", "loss.requires_grad_(True)"),),
    "no-step": (("                opt.step()\n", "                opt.step\n"),),
    "step-before-backward": _update(
        "                opt.zero_grad()\n                opt.step()\n"
        "                loss.backward()\n"
    ),
    "zero-grad-after-backward": _update(
        "                loss.backward()\n                net.zero_grad()\n"
        "                opt.step()\n"
    ),
    "training-without-gradients": (
        ("with torch.set_grad_enabled(training):", "with torch.no_grad():"),
    ),
    "optimizer-of-another-model": (
        (OPT, OPT.replace("net.parameters()", "MLP(cfg).parameters()")),
    ),
    "rate-too-high": (("lr: float = 1e-3", "lr: float = 0.1"),),
    "rate-too-low": (("lr: float = 1e-3", "lr: float = 1e-7"),),
    "plain-sgd": (("torch.optim.Adam(", "torch.optim.SGD("),),
    "frozen-layers": (
        (
            NET,
            NET + "for p in net.body.parameters():\n    p.requires_grad = False\n",
        ),
    ),
    "model-rebuilt": ((RUN_TRAIN, f"    {NET}    {OPT}{RUN_TRAIN}"),),
    "optimizer-rebuilt": ((OPT, ""), (UPDATE, f"                {OPT}{UPDATE}")),
    "argmax-wrong-axis": ((CORRECT, "(torch.argmax(logits) == yb).sum().item()"),),
    "accuracy-wrong-count": (("correct / len(loader.dataset)", "correct / len(loader)"),),
    "trained-on-validation": ((TRAIN_SET, TRAIN_SET.replace("train=True", "train=False")),),
    "validated-on-training": ((TEST_SET, TEST_SET.replace("train=False", "train=True")),),
    "no-shuffling": ((LOADER, LOADER.replace(", shuffle=True", "")),),
    "batch-of-one": (("batch: int = 32", "batch: int = 1"),),
    "batch-too-large": ((LOADER, LOADER.replace("cfg.batch", "len(digits_train)")),),
    "too-few-epochs": (("epochs: int = 5", "epochs: int = 1"),),
    "loss-not-a-number": (
        (
            CRITERION,
            "def criterion(logits, yb):\n"
            "    picked = logits[torch.arange(len(yb)), yb]\n"
            "    return -torch.log(picked).mean()\n\n\n",
        ),
    ),
    "exploding-gradients": _start_weights(
        "            if isinstance(layer, nn.Linear):\n"
        "                nn.init.normal_(layer.weight, std=3)\n"
    ),
    "vanishing-gradients": (
        (SIZES, "sizes = [784] + [128] * 8"),
        (BLOCKS, BLOCKS.replace("nn.ReLU()", "nn.Sigmoid()")),
    ),
    "dead-relus": _start_weights(
        "            if isinstance(layer, nn.Linear):\n"
        "                nn.init.constant_(layer.bias, -50)\n"
    ),
    "weights-all-equal": _start_weights(
        "            if isinstance(layer, nn.Linear):\n"
        "                nn.init.constant_(layer.weight, 0.01)\n"
        "        nn.init.constant_(self.head.weight, 0.01)\n"
    ),
    "weights-never-change": (
        (
            OPT,
            OPT + "warmup = torch.optim.lr_scheduler.LambdaLR("
            "opt, lambda epoch: epoch // cfg.epochs)\n",
        ),
        (RUN_TRAIN, RUN_TRAIN + "    warmup.step()\n"),
    ),
    "device-mismatch": ((NET, "net = MLP(cfg)\n"),),
    "dtype-mismatch": ((VECTOR, VECTOR.replace("img.flatten()", "img.flatten().double()")),),
}
