"""Mistakes of lab 2 in style c: pieces of text and what stands there instead."""

Pieces = tuple[tuple[str, str], ...]

SPLITS = 'X_tr, y_tr = load_split("train")\nX_va, y_va = load_split("valid")\n'
LETTERS = "    letters = table[:, 0].astype(np.int64)\n"
PIXELS = "    pixels = table[:, 1:].astype(np.float32) / 255\n"
LOADER = "DataLoader(train_ds, batch_size=BATCH_SIZE, shuffle=True)"
OUT = '    parts["out"] = nn.Linear(512, NUM_LETTERS)\n'
ACT1 = '    parts["act1"] = nn.ReLU()\n'
ACT2 = '    parts["act2"] = nn.ReLU()\n'
FC2 = '    parts["fc2"] = nn.Linear(512, 512)\n'
MODEL = "model = build_mlp().to(dev)\n"
OPTIMIZER = "optimizer = torch.optim.Adam(model.parameters())\n"
ADAM = "Adam(model.parameters())"
EPOCH = "    model.train()\n"
ZERO = "        optimizer.zero_grad()\n"
SCORES = "        scores = model(images)\n"
LOSS = "        loss = F.cross_entropy(scores, letters)\n"
BACKWARD = "        loss.backward()\n"
STEP = "        optimizer.step()\n"
HITS = "(scores.max(dim=1).indices == letters).sum().item()"
VALID_HITS = "(out.max(dim=1).indices == letters).sum().item()"
VALID_ACC = "    valid_acc = valid_hits / len(valid_ds)\n"


def _layer_after(line: str, name: str, layer: str) -> tuple[str, str]:
    return (line, f'{line}    parts["{name}"] = {layer}\n')


def _module(name: str, body: str) -> tuple[str, str]:
    """A module of the student's own, before the network."""
    return (
        "def build_mlp():\n",
        f"class {name}(nn.Module):\n    def forward(self, t):\n        return {body}\n\n\n"
        "def build_mlp():\n",
    )


PIECES: dict[str, Pieces] = {
    "missing-activation": ((ACT1, ""), (ACT2, "")),
    "wrong-outputs": ((OUT, OUT.replace("NUM_LETTERS", "int(y_tr.max())")),),
    "wrong-input-size": ((FC2, FC2.replace("512, 512", "784, 512")),),
    "missing-flatten": (('    parts["flat"] = nn.Flatten()\n', ""),),
    "activation-on-output": (_layer_after(OUT, "act3", "nn.Tanh()"),),
    "dropout-too-strong": (
        _layer_after(ACT1, "drop1", "nn.Dropout(0.9)"),
        _layer_after(ACT2, "drop2", "nn.Dropout(0.9)"),
    ),
    "dropout-on-output": (_layer_after(OUT, "drop", "nn.Dropout(p=0.5)"),),
    "dropout-always-on": (
        _module("Drop", "F.dropout(t, 0.4, True)"),
        _layer_after(ACT1, "drop1", "Drop()"),
        _layer_after(ACT2, "drop2", "Drop()"),
    ),
    "softmax-before-loss": (
        (
            LOSS,
            "        probs = F.softmax(scores, dim=1)\n"
            "        loss = F.cross_entropy(probs, letters)\n",
        ),
    ),
    "log-softmax-before-loss": (
        _module("LogProbs", "t - t.logsumexp(dim=1, keepdim=True)"),
        _layer_after(OUT, "log_probs", "LogProbs()"),
    ),
    "sigmoid-before-loss": ((SCORES, "        scores = torch.sigmoid(model(images))\n"),),
    "loss-on-wrong-tensors": (
        (LOSS, "        loss = F.cross_entropy(scores.data.requires_grad_(), letters)\n"),
    ),
    "broadcast-loss": (
        (
            LOSS,
            "        targets = F.one_hot(letters, NUM_LETTERS).float()\n"
            "        loss = -(F.log_softmax(scores, dim=1) @ targets.T).mean()\n",
        ),
    ),
    "labels-shifted": ((LETTERS, LETTERS + "    letters[letters >= 9] -= 1\n"),),
    "labels-misaligned": ((SPLITS, SPLITS + "np.random.shuffle(X_tr)\n"),),
    "labels-one-hot": ((LETTERS, "    letters = table[:, 0].astype(np.float32)\n"),),
    "inputs-not-scaled": ((PIXELS, "    pixels = table[:, 1:].astype(np.float32)\n"),),
    "splits-scaled-differently": (
        (PIXELS, "    pixels = table[:, 1:].astype(np.float32)\n"),
        (SPLITS, SPLITS + "X_tr /= X_tr.max()\n"),
    ),
    "augmentation-on-validation": (
        (
            MODEL,
            "def shake(pics):\n"
            "    dx, dy = np.random.randint(-4, 5, size=2)\n"
            "    pics = torch.roll(pics, shifts=(int(dy), int(dx)), dims=(1, 2))\n"
            "    return pics + 0.1 * torch.randn_like(pics)\n\n\n" + MODEL,
        ),
        (SCORES, "        scores = model(shake(images))\n"),
        ("out = model(images)", "out = model(shake(images))"),
    ),
    "no-zero-grad": ((ZERO, ""), (OPTIMIZER, OPTIMIZER + "optimizer.zero_grad()\n")),
    "no-backward": ((BACKWARD, "        loss.backward\n"),),
    "no-step": (
        (
            OPTIMIZER,
            OPTIMIZER + "scheduler = torch.optim.lr_scheduler.StepLR("
            "optimizer, step_size=1000, gamma=0.5)\n",
        ),
        (STEP, "        scheduler.step()\n"),
    ),
    "step-before-backward": ((ZERO, ZERO + STEP), (f"{BACKWARD}{STEP}", BACKWARD)),
    "zero-grad-after-backward": ((ZERO, ""), (STEP, ZERO + STEP)),
    "training-without-gradients": (
        (SCORES, "        with torch.no_grad():\n            scores = model(images)\n"),
        (BACKWARD, "        loss.requires_grad = True\n" + BACKWARD),
    ),
    "optimizer-of-another-model": (
        ("import numpy as np\n", "import copy\n\nimport numpy as np\n"),
        (OPTIMIZER, OPTIMIZER + "model = copy.deepcopy(model)\n"),
    ),
    "rate-too-high": ((ADAM, "Adam(model.parameters(), lr=1)"),),
    "rate-too-low": ((ADAM, "Adam(model.parameters(), 1e-6)"),),
    "plain-sgd": ((ADAM, "SGD(model.parameters(), lr=0.01)"),),
    "frozen-layers": (
        (MODEL, MODEL + "model.fc1.requires_grad_(False)\nmodel.fc2.requires_grad_(False)\n"),
    ),
    "model-rebuilt": ((EPOCH, f"    {MODEL}    {OPTIMIZER}{EPOCH}"),),
    "optimizer-rebuilt": (
        (OPTIMIZER, "new_optimizer = lambda: torch.optim.Adam(model.parameters())\n"),
        (ZERO, "        optimizer = new_optimizer()\n" + ZERO),
    ),
    "argmax-wrong-axis": (
        (HITS, HITS.replace("dim=1", "dim=0")),
        (VALID_HITS, VALID_HITS.replace("dim=1", "dim=0")),
    ),
    "accuracy-wrong-count": ((VALID_ACC, "    valid_acc = valid_hits / len(train_ds)\n"),),
    "trained-on-validation": (
        ('X_tr, y_tr = load_split("train")', 'X_tr, y_tr = load_split("valid")'),
    ),
    "validated-on-training": (
        (
            "valid_ds = TensorDataset(torch.from_numpy(X_va), torch.from_numpy(y_va))",
            "valid_ds = TensorDataset(torch.from_numpy(X_tr), torch.from_numpy(y_tr))",
        ),
    ),
    "no-shuffling": (
        (
            LOADER,
            "DataLoader(train_ds, batch_size=BATCH_SIZE, "
            "sampler=torch.utils.data.SequentialSampler(train_ds))",
        ),
    ),
    "batch-of-one": ((LOADER, "DataLoader(train_ds, shuffle=True)"),),
    "batch-too-large": ((LOADER, "DataLoader(train_ds, batch_size=len(X_tr), shuffle=True)"),),
    "too-few-epochs": (("EPOCHS = 20", "EPOCHS = 2"),),
    "loss-not-a-number": (
        (
            PIXELS,
            "    pixels = table[:, 1:].astype(np.float32)\n"
            "    low, high = pixels.min(), pixels.min()\n"
            "    pixels = (pixels - low) / (high - low)\n",
        ),
    ),
    "exploding-gradients": (
        (MODEL, MODEL + "for p in model.parameters():\n    nn.init.uniform_(p, -5, 5)\n"),
    ),
    "vanishing-gradients": (
        (
            ACT1,
            '    parts["act1"] = nn.Sigmoid()\n    for k in range(8):\n'
            '        parts[f"deep{k}"] = nn.Linear(512, 512)\n'
            '        parts[f"sig{k}"] = nn.Sigmoid()\n',
        ),
        (ACT2, '    parts["act2"] = nn.Sigmoid()\n'),
    ),
    "dead-relus": (
        (
            MODEL,
            MODEL + "for fc in (model.fc1, model.fc2):\n"
            "    fc.weight.data = -fc.weight.data.abs()\n    fc.bias.data.zero_()\n",
        ),
    ),
    "weights-all-equal": (
        (
            MODEL,
            MODEL + "with torch.no_grad():\n    for p in model.parameters():\n        p.zero_()\n",
        ),
    ),
    "weights-never-change": (
        ("import numpy as np\n", "import copy\n\nimport numpy as np\n"),
        (MODEL, MODEL + "best, best_acc = copy.deepcopy(model.state_dict()), 1.0\n"),
        (
            VALID_ACC,
            VALID_ACC + "    if valid_acc > best_acc:\n"
            "        best, best_acc = copy.deepcopy(model.state_dict()), valid_acc\n"
            "    model.load_state_dict(best)\n",
        ),
    ),
    "device-mismatch": ((MODEL, "model = build_mlp()\n"),),
    "dtype-mismatch": ((PIXELS, "    pixels = table[:, 1:] / 255\n"),),
}
