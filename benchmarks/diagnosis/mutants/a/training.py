"""Mistakes of data, training and validation, in style a."""

from benchmarks.diagnosis.patches import LABS, Edit, Mutants, source

MLP = ("lab1", "lab2")
ASL = ("lab2", "lab3")
LOSS = "batch_loss = loss_function(output, y)"
STEPS = "        optimizer.zero_grad()\n        batch_loss = loss_function(output, y)\n"
BACKWARD = "        batch_loss.backward()\n        optimizer.step()\n"
OPTIMIZER = "optimizer = Adam(model.parameters())"
HEAD = "model.to(device)\n\nloss_function"
LOOP = "    train()\n    validate()\n"
TRAINING_LOOP = """    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        output = model(x)
        optimizer.zero_grad()
        batch_loss = loss_function(output, y)
        batch_loss.backward()
        optimizer.step()
        loss += batch_loss.item()
        accuracy += get_batch_accuracy(output, y, train_N)
"""
SIGMOIDS = "    nn.Linear(128, 128),\n    nn.Sigmoid(),\n" * 7


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _without_move(text: str) -> str:
    return text.replace("        x, y = x.to(device), y.to(device)\n", "")


def _under_no_grad(loop: str, lab: tuple[str, ...]) -> Edit:
    return Edit(loop, "    with torch.no_grad():\n" + _indented(loop), lab)


def _model(lab: str) -> str:
    """The lines that make the network."""
    text = source("a", lab)
    return text[text.index("model = nn.Sequential(") : text.index("model.to(device)")]


def _function(lab: str) -> str:
    """The same as a function."""
    made = _model(lab).replace("model = ", "return ")
    return f"def make_model():\n{_indented(made)}\n\n"


def _weights(how: str) -> tuple[Edit, ...]:
    """Set all weights before the training."""
    text = f"""model.to(device)


def init_weights(m):
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        {how}


model.apply(init_weights)

loss_function"""
    return (Edit(HEAD, text),)


MUTANTS: Mutants = {
    "labels-shifted": (
        Edit("n_classes = 10", "n_classes = 11", ("lab1",)),
        Edit(
            "train_N = len",
            "train_set.targets += 1\nvalid_set.targets += 1\ntrain_N = len",
            ("lab1",),
        ),
        Edit("n_classes = 24", "n_classes = 25", ASL),
        Edit('train_df.pop("label").values', 'train_df.pop("label").values + 1', ASL),
        Edit('valid_df.pop("label").values', 'valid_df.pop("label").values + 1', ASL),
    ),
    "labels-misaligned": (
        Edit(
            "train_N = len",
            "train_set.targets = train_set.targets[torch.randperm(len(train_set))]\ntrain_N = len",
            ("lab1",),
        ),
        Edit(
            "x_train = train_df.values / 255", "x_train = train_df.sample(frac=1).values / 255", ASL
        ),
    ),
    "labels-one-hot": (
        Edit(LOSS, "batch_loss = loss_function(output, nn.functional.one_hot(y, n_classes))"),
    ),
    "inputs-not-scaled": (
        Edit("[transforms.ToTensor()]", "[transforms.PILToTensor()]", ("lab1",)),
        Edit(
            "        x, y = x.to(device), y.to(device)\n        output = model(x)\n        optimizer",
            "        x, y = x.float().to(device), y.to(device)\n        output = model(x)\n"
            "        optimizer",
            ("lab1",),
        ),
        Edit(
            "            x, y = x.to(device), y.to(device)\n            output = model(x)\n            loss",
            "            x, y = x.float().to(device), y.to(device)\n            output = model(x)\n"
            "            loss",
            ("lab1",),
        ),
        Edit("x_train = train_df.values / 255", "x_train = train_df.values", ASL),
        Edit("x_valid = valid_df.values / 255", "x_valid = valid_df.values", ASL),
    ),
    "splits-scaled-differently": (
        Edit(
            "train=False, download=True, transform=trans",
            "train=False, download=True, transform=transforms.PILToTensor()",
            ("lab1",),
        ),
        Edit(
            "            x, y = x.to(device), y.to(device)\n            output = model(x)\n            loss",
            "            x, y = x.float().to(device), y.to(device)\n            output = model(x)\n"
            "            loss",
            ("lab1",),
        ),
        Edit("x_valid = valid_df.values / 255", "x_valid = valid_df.values", ASL),
    ),
    "augmentation-on-validation": (
        Edit(
            "[transforms.ToTensor()]",
            "[transforms.RandomAffine(25, translate=(0.2, 0.2)), transforms.ToTensor()]",
            ("lab1",),
        ),
        Edit(
            "import torch.nn as nn\n",
            "import torch.nn as nn\nimport torchvision.transforms as transforms\n",
            ASL,
        ),
        Edit(
            "\n\ndef get_batch_accuracy",
            "\nrandom_transforms = transforms.RandomAffine(15, translate=(0.1, 0.1))\n\n\ndef get_batch_accuracy",
            ("lab3",),
        ),
        Edit(
            "\n\ndef get_batch_accuracy",
            "\nrandom_transforms = transforms.RandomAffine(15, translate=(0.1, 0.1))\n\n\ndef get_batch_accuracy",
            ("lab2",),
        ),
        Edit(
            "        output = model(x)\n        optimizer",
            "        output = model(random_transforms(x))\n        optimizer",
            ("lab3",),
        ),
        Edit(
            "            output = model(x)\n            loss",
            "            output = model(random_transforms(x))\n            loss",
            ("lab3",),
        ),
        Edit(
            "        output = model(x)\n        optimizer",
            "        x = random_transforms(x.reshape(-1, 1, 28, 28))\n        output = model(x)\n        optimizer",
            ("lab2",),
        ),
        Edit(
            "            output = model(x)\n            loss",
            "            x = random_transforms(x.reshape(-1, 1, 28, 28))\n            output = model(x)\n            loss",
            ("lab2",),
        ),
    ),
    "no-zero-grad": (Edit("        optimizer.zero_grad()\n", ""),),
    "no-backward": (Edit("        batch_loss.backward()\n", ""),),
    "no-step": (Edit("        optimizer.step()\n", ""),),
    "step-before-backward": (
        Edit(BACKWARD, "        optimizer.step()\n        batch_loss.backward()\n"),
    ),
    "zero-grad-after-backward": (
        Edit(STEPS, "        batch_loss = loss_function(output, y)\n"),
        Edit(
            BACKWARD,
            "        batch_loss.backward()\n        optimizer.zero_grad()\n        optimizer.step()\n",
        ),
    ),
    "training-without-gradients": (
        _under_no_grad(TRAINING_LOOP, ("lab1",)),
        _under_no_grad(_without_move(TRAINING_LOOP), ASL),
    ),
    "optimizer-of-another-model": (
        *(Edit(OPTIMIZER, f"{OPTIMIZER}\n\n{_model(lab)}model.to(device)", (lab,)) for lab in LABS),
    ),
    "rate-too-high": (Edit(OPTIMIZER, "optimizer = Adam(model.parameters(), lr=1)"),),
    "rate-too-low": (Edit(OPTIMIZER, "optimizer = Adam(model.parameters(), lr=0.000001)"),),
    "plain-sgd": (Edit(OPTIMIZER, "optimizer = torch.optim.SGD(model.parameters(), lr=0.01)"),),
    "frozen-layers": (
        Edit(
            HEAD,
            "model.to(device)\n\nfor param in model[:-1].parameters():\n"
            "    param.requires_grad = False\n\nloss_function",
        ),
    ),
    "model-rebuilt": (
        *(Edit(_model(lab), _function(lab), (lab,)) for lab in LABS),
        Edit("model.to(device)\n\n", "model = make_model()\nmodel.to(device)\n\n"),
        Edit(
            LOOP,
            "    model = make_model().to(device)\n    optimizer = Adam(model.parameters())\n"
            + LOOP,
        ),
    ),
    "optimizer-rebuilt": (
        Edit(OPTIMIZER + "\n", ""),
        Edit(STEPS, "        optimizer = Adam(model.parameters())\n" + STEPS),
    ),
    "eval-mode-in-training": (Edit("    model.train()\n", "    model.eval()\n", ("lab3",)),),
    "train-mode-in-validation": (Edit("    model.eval()\n", "    model.train()\n", ("lab3",)),),
    "argmax-wrong-axis": (
        Edit("output.argmax(dim=1, keepdim=True)", "output.argmax(dim=0, keepdim=True)"),
    ),
    "accuracy-wrong-count": (
        Edit("train_N = len(train_loader.dataset)", "train_N = len(train_loader)"),
        Edit("valid_N = len(valid_loader.dataset)", "valid_N = len(valid_loader)"),
    ),
    "trained-on-validation": (Edit("DataLoader(train_set,", "DataLoader(valid_set,"),),
    "validated-on-training": (Edit("DataLoader(valid_set,", "DataLoader(train_set,"),),
    "no-shuffling": (Edit("batch_size=batch_size, shuffle=True", "batch_size=batch_size"),),
    "batch-of-one": (
        Edit("batch_size = 32", "batch_size = 1", MLP),
        Edit("batch_size = 32", "batch_size = 2", ("lab3",)),
    ),
    "batch-too-large": (Edit("batch_size = 32", "batch_size = len(train_set)"),),
    "too-few-epochs": (
        Edit("epochs = 5", "epochs = 1", ("lab1",)),
        Edit("epochs = 20", "epochs = 1", ASL),
    ),
    "loss-not-a-number": (
        Edit(
            "trans = transforms.Compose([transforms.ToTensor()])\n",
            'pixels = torchvision.datasets.MNIST("./data/", train=True, download=True).data / 255\n'
            "mean, std = pixels.mean(dim=0), pixels.std(dim=0)\n"
            "trans = transforms.Compose(\n"
            "    [transforms.ToTensor(), transforms.Lambda(lambda x: (x - mean) / std)]\n)\n",
            ("lab1",),
        ),
        Edit("import pandas as pd\n", "import numpy as np\nimport pandas as pd\n", ASL),
        Edit("x_train = train_df.values / 255", "x_train = np.log(train_df.values / 255)", ASL),
        Edit("x_valid = valid_df.values / 255", "x_valid = np.log(valid_df.values / 255)", ASL),
    ),
    "exploding-gradients": _weights("nn.init.normal_(m.weight, mean=0, std=5)"),
    "vanishing-gradients": (
        Edit(
            "nn.Linear(input_size, 512),\n    nn.ReLU(),\n    nn.Linear(512, 512),\n    nn.ReLU(),\n",
            "nn.Linear(input_size, 128),\n    nn.Sigmoid(),\n" + SIGMOIDS,
            MLP,
        ),
        Edit(
            "nn.Linear(flattened_img_size, 512),\n    nn.Dropout(0.3),\n    nn.ReLU(),\n",
            "nn.Linear(flattened_img_size, 128),\n    nn.Dropout(0.3),\n    nn.Sigmoid(),\n"
            + SIGMOIDS,
            ("lab3",),
        ),
        Edit("nn.Linear(512, n_classes)", "nn.Linear(128, n_classes)"),
    ),
    "dead-relus": _weights("nn.init.uniform_(m.weight, -0.1, 0)"),
    "weights-all-equal": _weights("nn.init.constant_(m.weight, 0.01)"),
    "weights-never-change": (
        Edit(
            OPTIMIZER,
            OPTIMIZER
            + "\nscheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: epoch // 30)",
        ),
        Edit(LOOP, LOOP + "    scheduler.step()\n"),
    ),
    "device-mismatch": (
        Edit("model.to(device)\n", ""),
        Edit(
            "        x, y = x.to(device), y.to(device)\n        output = model(x)\n        optimizer",
            "        x, y = x.cuda(), y.cuda()\n        output = model(x)\n        optimizer",
            ("lab1",),
        ),
        Edit(
            "            x, y = x.to(device), y.to(device)\n            output = model(x)\n            loss",
            "            x, y = x.cuda(), y.cuda()\n            output = model(x)\n            loss",
            ("lab1",),
        ),
        Edit(
            ".to(device)\n        self.ys = torch.tensor(y).to(device)",
            ".cuda()\n        self.ys = torch.tensor(y).cuda()",
            ASL,
        ),
    ),
    "dtype-mismatch": (
        Edit(
            "[transforms.ToTensor()]",
            "[transforms.ToTensor(), transforms.ConvertImageDtype(torch.float64)]",
            ("lab1",),
        ),
        Edit("torch.tensor(x).float()", "torch.tensor(x)", ASL),
    ),
}
