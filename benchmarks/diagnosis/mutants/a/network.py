"""Mistakes of the network and its loss, in style a."""

from benchmarks.diagnosis.patches import Edit, Mutants

ROWS = ("lab2",)
MLP = ("lab1", "lab2")
ASL = ("lab2", "lab3")
LAB1 = ("lab1",)
LOSS = "batch_loss = loss_function(output, y)"
LAST = "nn.Linear(512, n_classes),\n"

MUTANTS: Mutants = {
    "missing-activation": (
        Edit(
            "nn.Linear(input_size, 512),\n    nn.ReLU(),\n    nn.Linear(512, 512),\n    nn.ReLU(),",
            "nn.Linear(input_size, 512),\n    nn.Linear(512, 512),",
            MLP,
        ),
        Edit("    nn.BatchNorm2d(25),\n    nn.ReLU(),\n", "    nn.BatchNorm2d(25),\n", ("lab3",)),
        Edit("    nn.BatchNorm2d(50),\n    nn.ReLU(),\n", "    nn.BatchNorm2d(50),\n", ("lab3",)),
        Edit("    nn.BatchNorm2d(75),\n    nn.ReLU(),\n", "    nn.BatchNorm2d(75),\n", ("lab3",)),
        Edit("    nn.Dropout(0.3),\n    nn.ReLU(),\n", "    nn.Dropout(0.3),\n", ("lab3",)),
    ),
    "wrong-outputs": (
        Edit("n_classes = 10", "n_classes = 9", ("lab1",)),
        Edit("n_classes = 24", "n_classes = 23", ASL),
    ),
    "wrong-input-size": (
        Edit("input_size = 1 * 28 * 28", "input_size = 28", ("lab1",)),
        Edit("input_size = 28 * 28", "input_size = 28 * 28 + 1", ROWS),
        Edit("flattened_img_size = 75 * 3 * 3", "flattened_img_size = 75 * 7 * 7", ("lab3",)),
    ),
    "inputs-not-tensors": (
        Edit("train=True, download=True, transform=trans)", "train=True, download=True)", LAB1),
        Edit("train=False, download=True, transform=trans)", "train=False, download=True)", LAB1),
    ),
    "label-among-pixels": (
        Edit('train_df.pop("label").values', 'train_df["label"].values', ASL),
        Edit('valid_df.pop("label").values', 'valid_df["label"].values', ASL),
    ),
    "missing-flatten": (Edit("    nn.Flatten(),\n", "", ("lab1", "lab3")),),
    "activation-on-output": (Edit(LAST, LAST + "    nn.ReLU(),\n"),),
    "dropout-too-strong": (
        Edit(
            "512),\n    nn.ReLU(),\n    nn.Linear(512, 512),\n    nn.ReLU(),\n",
            "512),\n    nn.ReLU(),\n    nn.Dropout(0.9),\n    nn.Linear(512, 512),\n    nn.ReLU(),\n"
            "    nn.Dropout(0.9),\n",
            MLP,
        ),
        Edit("nn.Dropout(0.2)", "nn.Dropout(0.8)", ("lab3",)),
        Edit("nn.Dropout(0.3)", "nn.Dropout(0.9)", ("lab3",)),
    ),
    "dropout-on-output": (Edit(LAST, LAST + "    nn.Dropout(0.5),\n"),),
    "dropout-always-on": (
        Edit(
            "model = nn.Sequential(",
            "class RandomDrop(nn.Module):\n    def forward(self, x):\n"
            "        return nn.functional.dropout(x, 0.5)\n\n\nmodel = nn.Sequential(",
        ),
        Edit(
            "512),\n    nn.ReLU(),\n    nn.Linear(512, 512)",
            "512),\n    nn.ReLU(),\n    RandomDrop(),\n    nn.Linear(512, 512)",
            MLP,
        ),
        Edit("nn.Dropout(0.2)", "RandomDrop()", ("lab3",)),
        Edit("nn.Dropout(0.3)", "RandomDrop()", ("lab3",)),
    ),
    "no-regularisation": (
        Edit("    nn.BatchNorm2d(25),\n", "", ("lab3",)),
        Edit("    nn.BatchNorm2d(50),\n", "", ("lab3",)),
        Edit("    nn.BatchNorm2d(75),\n", "", ("lab3",)),
        Edit("    nn.Dropout(0.2),\n", "", ("lab3",)),
        Edit("    nn.Dropout(0.3),\n", "", ("lab3",)),
    ),
    "softmax-before-loss": (Edit(LAST, LAST + "    nn.Softmax(dim=1),\n"),),
    "log-softmax-before-loss": (Edit(LAST, LAST + "    nn.LogSoftmax(dim=1),\n"),),
    "sigmoid-before-loss": (Edit(LAST, LAST + "    nn.Sigmoid(),\n"),),
    "loss-on-wrong-tensors": (
        Edit(LOSS, "batch_loss = loss_function(output, output.argmax(dim=1))"),
    ),
    "broadcast-loss": (
        Edit(
            "loss_function = nn.CrossEntropyLoss()",
            "def loss_function(output, y):\n    log_probs = torch.log_softmax(output, dim=1)\n"
            "    return -log_probs[:, y].mean()\n\n",
        ),
    ),
}
