"""Runs whose optimizer is given the wrong weights, or steps too far or too little."""

from builders import trace
from golden import Golden
from trained import CHANCE, LOW, NOTHING_MOVED, REFUSED, crashed, passes, run

from grader.model.evidence import Weight

ADAM = "torch.optim.Adam(model.parameters())"


def made(how: str) -> tuple[str, str]:
    """The program with another optimizer."""
    return ADAM, f"torch.optim.{how}"


def weights(*moved: float) -> tuple[Weight, ...]:
    """Weights of a network's linear layers, by how far they moved."""
    return tuple(
        Weight(name=f"{2 * i + 1}.weight", size=1000, spread=0.05, moved=one)
        for i, one in enumerate(moved)
    )


CASES = (
    Golden(
        "optimizer-of-another-model",
        run(
            made("Adam(other.parameters())"),
            measured=CHANCE | NOTHING_MOVED,
            signs={"owned": "none", "empty_steps": 500},
        ),
    ),
    Golden(
        "rate-too-high",
        run(
            made("Adam(model.parameters(), lr=1.0)"),
            measured=LOW,
            heard={"learning_rate": 1.0, "passes": passes(9.1, 2.4, 2.3, 2.3, 2.3)},
        ),
    ),
    Golden(
        "rate-too-low",
        run(
            made("Adam(model.parameters(), lr=1e-6)"),
            measured=LOW,
            heard={"learning_rate": 1e-6, "passes": passes(2.3, 2.29, 2.28, 2.27, 2.26)},
        ),
    ),
    Golden(
        "rate-too-low/faded",
        run(
            made(
                "Adam(model.parameters())\n"
                "scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)"
            ),
            ("optimizer.step()\n", "optimizer.step()\n        scheduler.step()\n"),
            measured=LOW,
            heard={"passes": passes(1.9, 1.7, 1.7, 1.7, 1.7)},
            signs={"last_rate": 1e-9},
        ),
    ),
    Golden(
        "plain-sgd",
        run(
            made("SGD(model.parameters(), lr=0.001)"),
            measured=LOW,
            heard={
                "optimizer": "SGD",
                "learning_rate": 0.001,
                "passes": passes(2.28, 2.2, 2.1, 2.0, 1.9),
            },
            signs={"momentum": 0.0},
        ),
    ),
    Golden(
        "frozen-layers",
        run(
            made(
                "Adam(model.parameters())\n"
                "for parameter in model[1].parameters():\n"
                "    parameter.requires_grad = False"
            ),
            measured={**LOW, "weights": weights(0.0, 0.4)},
            signs={"frozen": ("1.weight", "1.bias")},
        ),
    ),
    Golden(
        "frozen-layers/whole",
        crashed(
            made(
                "Adam(model.parameters())\n"
                "for parameter in model.parameters():\n"
                "    parameter.requires_grad = False"
            ),
            message=REFUSED,
            line=19,
            signs={"order": "ZFLB"},
            heard={"steps": 0, "backwards": 1},
        ),
    ),
    Golden(
        "frozen-layers/left-out",
        run(
            made("Adam(model[3].parameters())"),
            measured={**LOW, "weights": weights(0.0, 0.4)},
            signs={"owned": "some"},
        ),
    ),
    Golden(
        "model-rebuilt",
        run(
            (
                "    train()\n",
                "    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))\n"
                "    optimizer = torch.optim.Adam(model.parameters())\n"
                "    train()\n",
            ),
            measured=LOW,
            heard={"passes": trace(5).passes, "epochs": 1},
            signs={"rebuilt": 4, "optimizers": 5},
        ),
    ),
    Golden(
        "optimizer-rebuilt",
        run(
            (
                "        optimizer.zero",
                "        optimizer = torch.optim.Adam(model.parameters())\n        optimizer.zero",
            ),
            measured=LOW,
            signs={"optimizers": 500},
        ),
    ),
)
