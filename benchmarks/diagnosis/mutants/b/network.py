"""Mistakes of the network and its loss, in style b."""

from benchmarks.diagnosis.patches import Edit, Mutants

LAB1, LAB3 = ("lab1",), ("lab3",)
MLP, ASL = ("lab1", "lab2"), ("lab2", "lab3")
RETURN = "        return self.output(x)\n"
TRAIN_LOSS = "            loss = F.cross_entropy(scores, targets)\n"
HIDDEN = "        x = F.relu(self.hidden1(x))\n        x = F.relu(self.hidden2(x))\n"
NORMS = tuple(f"self.norm{i}" for i in (1, 2, 3))

MUTANTS: Mutants = {
    "missing-activation": (
        Edit("F.relu(self.hidden1(x))", "self.hidden1(x)", MLP),
        Edit("F.relu(self.hidden2(x))", "self.hidden2(x)", MLP),
        Edit("F.relu(self.norm1(self.conv1(x)))", "self.norm1(self.conv1(x))", LAB3),
        Edit("F.relu(self.norm2(self.conv2(x)))", "self.norm2(self.conv2(x))", LAB3),
        Edit("F.relu(self.norm3(self.conv3(x)))", "self.norm3(self.conv3(x))", LAB3),
        Edit("F.relu(self.hidden(x))", "self.hidden(x)", LAB3),
    ),
    "wrong-outputs": (
        Edit("Classifier(28 * 28, 512, 10)", "Classifier(28 * 28, 512, 1)", LAB1),
        Edit("Classifier(28 * 28, 512, 24)", "Classifier(28 * 28, 512, 10)", ("lab2",)),
        Edit("ConvNet(24)", "ConvNet(20)", LAB3),
    ),
    "wrong-input-size": (
        Edit("Classifier(28 * 28, 512,", "Classifier(32 * 32, 512,", MLP),
        Edit("nn.Linear(75 * 3 * 3, 512)", "nn.Linear(75 * 28 * 28, 512)", LAB3),
    ),
    "label-among-pixels": (Edit('table.drop("label", axis=1).to_numpy', "table.to_numpy", ASL),),
    "missing-flatten": (Edit("        x = torch.flatten(x, start_dim=1)\n", ""),),
    "activation-on-output": (Edit(RETURN, "        return F.relu(self.output(x))\n"),),
    "dropout-too-strong": (
        Edit(
            "F.relu(self.hidden1(x))",
            "F.dropout(F.relu(self.hidden1(x)), 0.9, training=self.training)",
            MLP,
        ),
        Edit(
            "F.relu(self.hidden2(x))",
            "F.dropout(F.relu(self.hidden2(x)), 0.9, training=self.training)",
            MLP,
        ),
        Edit("F.dropout(x, 0.2,", "F.dropout(x, 0.9,", LAB3),
        Edit("F.dropout(x, 0.3,", "F.dropout(x, 0.9,", LAB3),
    ),
    "dropout-on-output": (
        Edit(
            RETURN,
            "        x = self.output(x)\n        return F.dropout(x, 0.4, training=self.training)\n",
        ),
    ),
    "dropout-always-on": (
        Edit(HIDDEN, HIDDEN + "        x = F.dropout(x, 0.5)\n", MLP),
        Edit("F.dropout(x, 0.2, training=self.training)", "F.dropout(x, 0.2)", LAB3),
        Edit("F.dropout(x, 0.3, training=self.training)", "F.dropout(x, 0.3)", LAB3),
    ),
    "no-regularisation": (
        *(Edit(f"{norm}(", "(", LAB3) for norm in NORMS),
        *(
            Edit(f"        {norm} = nn.BatchNorm2d({maps})\n", "", LAB3)
            for norm, maps in zip(NORMS, (25, 50, 75), strict=True)
        ),
        Edit("        x = F.dropout(x, 0.2, training=self.training)\n", "", LAB3),
        Edit("        x = F.dropout(x, 0.3, training=self.training)\n", "", LAB3),
    ),
    "softmax-before-loss": (Edit(RETURN, "        return F.softmax(self.output(x), dim=1)\n"),),
    "log-softmax-before-loss": (
        Edit(RETURN, "        return F.log_softmax(self.output(x), dim=1)\n"),
    ),
    "sigmoid-before-loss": (Edit(RETURN, "        return torch.sigmoid(self.output(x))\n"),),
    "loss-on-wrong-tensors": (
        Edit(
            TRAIN_LOSS,
            "            loss = F.cross_entropy(scores.detach(), targets)\n            loss.requires_grad = True\n",
        ),
    ),
    "broadcast-loss": (
        Edit(
            TRAIN_LOSS,
            "            guess = (F.softmax(scores, 1) * torch.arange(scores.shape[1])).sum(1, keepdim=True)\n"
            "            loss = ((guess - targets) ** 2).mean()\n",
        ),
    ),
}
