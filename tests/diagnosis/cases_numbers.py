"""Runs whose losses or gradients go astray."""

from builders import MLP, layer, network
from golden import Golden
from trained import CHANCE, LOW, gradients, passes, run

from grader.model.evidence import Units
from grader.model.signs import Values
from grader.model.source import Place

LOSS = "loss = loss_function(output, y)"
MODEL = "loss_function = nn.CrossEntropyLoss()\n"
BROKEN = {**CHANCE, "finite": False}
NAN = {"losses": (2.3, 2.4, None, None)}
SQUASHED = tuple(
    layer("sigmoid") if one.kind == "relu" else one for one in network(*MLP, "relu", "linear")
)
TORN = gradients(("1.weight", 5210.0, 13.0), ("3.weight", 9.0, 9.0))
FADING = gradients(("1.weight", 0.00001, 13.0), ("3.weight", 0.001, 13.0), ("5.weight", 0.4, 1.8))

CASES = (
    Golden("loss-not-a-number", run(measured=BROKEN, signs=NAN)),
    Golden(
        "loss-not-a-number/unknown-rate",
        run(measured=BROKEN, heard={"learning_rate": None, "optimizer": None}),
    ),
    Golden(
        "loss-not-a-number/inputs",
        run(measured=BROKEN, signs=NAN | {"inputs": Values(shape=(32, 1, 28, 28), finite=False)}),
    ),
    Golden(
        "loss-not-a-number/log",
        run(
            (LOSS, "loss = -torch.log(output.softmax(1)[range(len(y)), y]).mean()"),
            measured=BROKEN,
            heard={"loss": None},
            signs=NAN,
        ),
    ),
    Golden(
        "loss-not-a-number/at-once",
        run(
            measured=BROKEN,
            signs={
                "losses": (None, None),
                "outputs": Values(shape=(32, 10), dtype="float32", finite=False),
            },
        ),
    ),
    Golden(
        "exploding-gradients",
        run(
            ("optim.Adam(model.parameters())", "optim.SGD(model.parameters(), lr=0.01)"),
            measured=LOW,
            heard={"optimizer": "SGD", "learning_rate": 0.01},
            signs={
                "momentum": 0.9,
                "first_gradients": gradients(("1.weight", 5210.0, 13.0), ("3.weight", 9.0, 9.0)),
            },
        ),
    ),
    Golden(
        "exploding-gradients/own-start",
        run(
            (MODEL, MODEL + "nn.init.normal_(model[1].weight, std=3.0)\n"),
            measured=LOW,
            signs={"first_gradients": gradients(("1.weight", 52100.0, 1300.0))},
        ),
    ),
    Golden("vanishing-gradients", run(measured=LOW, signs={"first_gradients": FADING})),
    Golden(
        "vanishing-gradients/squashed",
        run(measured={**LOW, "layers": SQUASHED}, signs={"first_gradients": FADING}),
    ),
    Golden(
        "dead-relus",
        run(
            measured={
                **LOW,
                "units": (
                    Units(kind="relu", units=512, dead=40),
                    Units(kind="relu", units=512, dead=509, line=Place(file="lab.py", line=7)),
                ),
            },
            heard={"passes": passes(2.3, 2.2, 2.2, 2.2, 2.2)},
        ),
    ),
    Golden(
        "dead-relus/own-start",
        run(
            (
                MODEL,
                MODEL
                + "def init_weights(m):\n    if isinstance(m, nn.Linear):\n"
                + "        nn.init.uniform_(m.weight, -0.1, 0)\n\nmodel.apply(init_weights)\n",
            ),
            measured={**LOW, "units": (Units(kind="relu", units=512, dead=509),)},
        ),
    ),
    Golden(
        "dead-relus/own-start",
        run(
            (
                MODEL,
                MODEL
                + "for fc in (model[1], model[3]):\n"
                + "    fc.weight.data = -fc.weight.data.abs()\n    fc.bias.data.zero_()\n",
            ),
            measured={**LOW, "units": (Units(kind="relu", units=512, dead=512),)},
        ),
        tag="in-a-loop",
    ),
    Golden(
        "loss-not-a-number/inputs",
        run(
            (
                "train_loader =",
                "train_set.data = (pixels - mean) / pixels.std(dim=0)\ntrain_loader =",
            ),
            measured=BROKEN,
            signs=NAN | {"inputs": Values(shape=(32, 1, 28, 28), finite=False)},
        ),
        tag="divided",
    ),
)
