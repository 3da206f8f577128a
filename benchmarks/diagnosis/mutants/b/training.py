"""Mistakes of data, training and validation, in style b."""

from benchmarks.diagnosis.patches import Edit, Mutants

LAB1, LAB3 = ("lab1",), ("lab3",)
MLP, ASL = ("lab1", "lab2"), ("lab2", "lab3")
ADAM = "self.optimizer = optim.Adam(self.net.parameters(), lr=learning_rate)"
TRAIN_LOSS = "            loss = F.cross_entropy(scores, targets)\n"
NEW_TRAINER = "trainer = Trainer(net, learning_rate=1e-3, device=device)"
HITS = "        _, best = torch.max(scores, 1)\n        return int((best == targets).sum())\n"
LEARN = "            loss.backward()\n            self.optimizer.step()\n"
LAST_LINES = "trainer.fit(train_loader, valid_loader, N_EPOCHS)"
TRAIN_LOADER = "DataLoader(train_data, batch_size=BATCH, shuffle=True)"
SCALED = "mnist.data.unsqueeze(1).float() / 255.0"
HIDDEN = "        x = F.relu(self.hidden1(x))\n        x = F.relu(self.hidden2(x))\n"


def _initial(how: str) -> tuple[Edit, ...]:
    """Set all weights in the network's own words."""
    text = f"\n        for parameter in self.parameters():\n            if parameter.dim() > 1:\n                {how}\n\n    def forward"
    return (Edit("\n    def forward", text),)


SIGMOIDS = "        for layer in self.more:\n            x = torch.sigmoid(layer(x))\n"
MORE = "        self.more = nn.ModuleList(nn.Linear({n}, {n}) for _ in range(7))\n\n    def forward"

MUTANTS: Mutants = {
    "labels-shifted": (
        Edit("self.digits = mnist.targets", "self.digits = (mnist.targets + 1) % 10", LAB1),
        Edit(
            "torch.from_numpy(letters).long()",
            "torch.from_numpy(letters - (letters > 9)).long()",
            ASL,
        ),
    ),
    "labels-misaligned": (
        Edit(
            "mnist.data.unsqueeze(1)", "mnist.data[torch.randperm(len(mnist))].unsqueeze(1)", LAB1
        ),
        Edit(
            "        pixels = pixels / 255.0\n",
            "        pixels = pixels / 255.0\n        np.random.shuffle(pixels)\n",
            ASL,
        ),
    ),
    "labels-one-hot": (
        Edit("self.digits = mnist.targets", "self.digits = mnist.targets.float()", LAB1),
        Edit("torch.from_numpy(letters).long()", "torch.from_numpy(letters).float()", ASL),
    ),
    "inputs-not-scaled": (
        Edit(SCALED, "mnist.data.unsqueeze(1).float()", LAB1),
        Edit("        pixels = pixels / 255.0\n", "", ASL),
    ),
    "splits-scaled-differently": (
        Edit(
            f"        self.pictures = {SCALED}\n",
            "        self.pictures = mnist.data.unsqueeze(1).float()\n        if not train:\n            self.pictures = self.pictures / 255.0\n",
            LAB1,
        ),
        Edit(
            "        pixels = pixels / 255.0\n",
            '        if "valid" in csv_file:\n            pixels = pixels / 255.0\n',
            ASL,
        ),
    ),
    "augmentation-on-validation": (
        Edit(
            "from torchvision.datasets import MNIST\n",
            "from torchvision import transforms\nfrom torchvision.datasets import MNIST\n",
            LAB1,
        ),
        Edit(
            "from torch.utils.data import DataLoader, Dataset\n",
            "from torch.utils.data import DataLoader, Dataset\nfrom torchvision import transforms\n",
            ASL,
        ),
        Edit(
            "        self.digits = mnist.targets\n",
            "        self.digits = mnist.targets\n        self.augment = transforms.RandomRotation(40)\n",
            LAB1,
        ),
        Edit(
            "return self.pictures[i], self.digits[i]",
            "return self.augment(self.pictures[i]), self.digits[i]",
            LAB1,
        ),
        Edit(
            "torch.from_numpy(letters).long()\n",
            "torch.from_numpy(letters).long()\n        self.augment = transforms.RandomRotation(20)\n",
            ASL,
        ),
        Edit(
            "return self.pictures[i], self.letters[i]",
            "return self.augment(self.pictures[i]), self.letters[i]",
            ASL,
        ),
    ),
    "no-zero-grad": (Edit("            self.optimizer.zero_grad()\n", ""),),
    "no-backward": (Edit("            loss.backward()\n", ""),),
    "no-step": (Edit("            self.optimizer.step()\n", "            self.optimizer.step\n"),),
    "step-before-backward": (
        Edit("            self.optimizer.zero_grad()\n", ""),
        Edit(
            LEARN,
            "            self.optimizer.zero_grad()\n            self.optimizer.step()\n            loss.backward()\n",
        ),
    ),
    "zero-grad-after-backward": (
        Edit("            self.optimizer.zero_grad()\n", ""),
        Edit(
            LEARN,
            "            loss.backward()\n            self.net.zero_grad()\n            self.optimizer.step()\n",
        ),
    ),
    "training-without-gradients": (
        Edit("    def fit_one_epoch(", "    @torch.no_grad()\n    def fit_one_epoch("),
        Edit(TRAIN_LOSS, TRAIN_LOSS + "            loss.requires_grad_()\n"),
    ),
    "optimizer-of-another-model": (
        Edit("net = Classifier(28 * 28, 512, 10)\n", "", LAB1),
        Edit("net = Classifier(28 * 28, 512, 24)\n", "", ("lab2",)),
        Edit("net = ConvNet(24)\n", "", LAB3),
        Edit("        self.net = net.to(device)\n", "        self.net = make_net().to(device)\n"),
        Edit(ADAM, "self.optimizer = optim.Adam(make_net().parameters(), lr=learning_rate)"),
        Edit("def __init__(self, net, learning_rate", "def __init__(self, make_net, learning_rate"),
        Edit(
            "Trainer(net, learning_rate",
            "Trainer(lambda: Classifier(28 * 28, 512, 10), learning_rate",
            LAB1,
        ),
        Edit(
            "Trainer(net, learning_rate",
            "Trainer(lambda: Classifier(28 * 28, 512, 24), learning_rate",
            ("lab2",),
        ),
        Edit("Trainer(net, learning_rate", "Trainer(lambda: ConvNet(24), learning_rate", LAB3),
    ),
    "rate-too-high": (Edit("Trainer(net, learning_rate=1e-3", "Trainer(net, learning_rate=0.5"),),
    "rate-too-low": (Edit("Trainer(net, learning_rate=1e-3", "Trainer(net, learning_rate=1e-7"),),
    "plain-sgd": (
        Edit(ADAM, "self.optimizer = optim.SGD(self.net.parameters(), lr=learning_rate)"),
    ),
    "frozen-layers": (
        Edit(
            NEW_TRAINER,
            "for layer in (net.hidden1, net.hidden2):\n    layer.requires_grad_(False)\n"
            + NEW_TRAINER,
            MLP,
        ),
        Edit(
            NEW_TRAINER,
            "for layer in (net.conv1, net.conv2, net.conv3, net.hidden):\n    layer.requires_grad_(False)\n"
            + NEW_TRAINER,
            LAB3,
        ),
    ),
    "model-rebuilt": (
        Edit("net = Classifier(28 * 28, 512, 10)\n", "", LAB1),
        Edit("net = Classifier(28 * 28, 512, 24)\n", "", ("lab2",)),
        Edit("net = ConvNet(24)\n", "", LAB3),
        Edit(
            NEW_TRAINER + "\n" + LAST_LINES,
            "for epoch in range(N_EPOCHS):\n    net = Classifier(28 * 28, 512, 10)\n    trainer = Trainer(net, learning_rate=1e-3, device=device)\n    trainer.fit(train_loader, valid_loader, 1)",
            LAB1,
        ),
        Edit(
            NEW_TRAINER + "\n" + LAST_LINES,
            "for epoch in range(N_EPOCHS):\n    net = Classifier(28 * 28, 512, 24)\n    trainer = Trainer(net, learning_rate=1e-3, device=device)\n    trainer.fit(train_loader, valid_loader, 1)",
            ("lab2",),
        ),
        Edit(
            NEW_TRAINER + "\n" + LAST_LINES,
            "for epoch in range(N_EPOCHS):\n    net = ConvNet(24)\n    trainer = Trainer(net, learning_rate=1e-3, device=device)\n    trainer.fit(train_loader, valid_loader, 1)",
            LAB3,
        ),
    ),
    "optimizer-rebuilt": (
        Edit(
            NEW_TRAINER + "\n" + LAST_LINES,
            f"for epoch in range(N_EPOCHS):\n    {NEW_TRAINER}\n    trainer.fit(train_loader, valid_loader, 1)",
        ),
    ),
    "eval-mode-in-training": (
        Edit("        self.net.train()\n", "        self.net.train(False)\n", LAB3),
    ),
    "train-mode-in-validation": (Edit("        self.net.eval()\n", "", LAB3),),
    "argmax-wrong-axis": (
        Edit(
            HITS,
            "        _, best = torch.max(scores, 0)\n        return int((best == targets.unsqueeze(1)).sum())\n",
        ),
    ),
    "accuracy-wrong-count": (
        Edit(
            "return total_loss / seen, hits / seen\n\n    @torch.no_grad()",
            "return total_loss / seen, hits / len(loader)\n\n    @torch.no_grad()",
        ),
        Edit(
            "return total_loss / seen, hits / seen\n\n    @staticmethod",
            "return total_loss / seen, hits / len(loader)\n\n    @staticmethod",
        ),
    ),
    "trained-on-validation": (
        Edit("train_data = Digits(train=True)", "train_data = Digits(train=False)", LAB1),
        Edit(
            'train_data = Signs("data/asl_data/sign_mnist_train.csv")',
            'train_data = Signs("data/asl_data/sign_mnist_valid.csv")',
            ASL,
        ),
    ),
    "validated-on-training": (
        Edit("valid_data = Digits(train=False)", "valid_data = Digits(train=True)", LAB1),
        Edit(
            'valid_data = Signs("data/asl_data/sign_mnist_valid.csv")',
            'valid_data = Signs("data/asl_data/sign_mnist_train.csv")',
            ASL,
        ),
    ),
    "no-shuffling": (
        Edit(TRAIN_LOADER, "DataLoader(train_data, batch_size=BATCH, shuffle=False)"),
    ),
    "batch-of-one": (
        Edit(TRAIN_LOADER, "DataLoader(train_data, batch_size=2, shuffle=True)", MLP),
        Edit(TRAIN_LOADER, "DataLoader(train_data, batch_size=1, shuffle=True)", LAB3),
    ),
    "batch-too-large": (
        Edit(TRAIN_LOADER, "DataLoader(train_data, batch_size=len(train_data), shuffle=True)"),
    ),
    "too-few-epochs": (
        Edit("N_EPOCHS = 5", "N_EPOCHS = 1", LAB1),
        Edit("N_EPOCHS = 20", "N_EPOCHS = 2", ASL),
    ),
    "loss-not-a-number": (
        Edit(
            "        self.digits = mnist.targets\n",
            "        self.pictures = self.pictures / self.pictures.amin(dim=(2, 3), keepdim=True)\n        self.digits = mnist.targets\n",
            LAB1,
        ),
        Edit(
            "        pixels = pixels / 255.0\n",
            "        pixels = np.sqrt(pixels / 255.0 - 0.5)\n",
            ASL,
        ),
    ),
    "exploding-gradients": _initial("nn.init.uniform_(parameter, -10, 10)"),
    "vanishing-gradients": (
        Edit("\n    def forward", MORE.format(n="n_hidden"), MLP),
        Edit(
            HIDDEN,
            "        x = torch.sigmoid(self.hidden1(x))\n        x = torch.sigmoid(self.hidden2(x))\n"
            + SIGMOIDS,
            MLP,
        ),
        Edit("Classifier(28 * 28, 512,", "Classifier(28 * 28, 100,", MLP),
        Edit("nn.Linear(75 * 3 * 3, 512)", "nn.Linear(75 * 3 * 3, 100)", LAB3),
        Edit(
            "nn.Linear(512, n_outputs)\n\n    def forward",
            "nn.Linear(100, n_outputs)\n" + MORE.format(n=100),
            LAB3,
        ),
        Edit(
            "        x = F.relu(self.hidden(x))\n",
            "        x = torch.sigmoid(self.hidden(x))\n" + SIGMOIDS,
            LAB3,
        ),
    ),
    "dead-relus": (
        Edit(
            "\n    def forward",
            "        nn.init.constant_(self.hidden1.bias, -30.0)\n        nn.init.constant_(self.hidden2.bias, -30.0)\n\n    def forward",
            MLP,
        ),
        Edit(
            "\n    def forward",
            "        for norm in (self.norm1, self.norm2, self.norm3):\n            nn.init.constant_(norm.bias, -30.0)\n\n    def forward",
            LAB3,
        ),
    ),
    "weights-all-equal": _initial("nn.init.zeros_(parameter)"),
    "weights-never-change": (
        Edit(
            ADAM,
            ADAM
            + "\n        self.scheduler = optim.lr_scheduler.ExponentialLR(self.optimizer, gamma=0)",
        ),
        Edit(
            "            self.optimizer.step()\n",
            "            self.optimizer.step()\n            self.scheduler.step()\n",
        ),
    ),
    "device-mismatch": (
        Edit("        self.net = net.to(device)\n", "        self.net = net\n"),
        Edit('device = "cuda" if torch.cuda.is_available() else "cpu"', 'device = "cuda"'),
    ),
    "dtype-mismatch": (
        Edit(SCALED, "mnist.data.unsqueeze(1).double() / 255.0", LAB1),
        Edit("to_numpy(dtype=np.float32)", "to_numpy()", ASL),
    ),
}
