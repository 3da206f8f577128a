"""Runs whose weights began alike, or never moved."""

from golden import Golden
from trained import CHANCE, NOTHING_MOVED, run

MODEL = "loss_function = nn.CrossEntropyLoss()\n"
EQUAL = ("1.weight", "3.weight", "5.weight", "7.weight")

CASES = (
    Golden(
        "weights-all-equal",
        run(
            (MODEL, MODEL + "for one in model.parameters():\n    nn.init.constant_(one, 0.01)\n"),
            measured=CHANCE,
            signs={"equal": EQUAL},
        ),
    ),
    Golden("weights-never-change", run(measured=CHANCE | NOTHING_MOVED)),
    Golden(
        "weights-never-change/put-back",
        run(
            ("    validate()\n", "    validate()\n    model.load_state_dict(best)\n"),
            measured=CHANCE | NOTHING_MOVED,
        ),
    ),
    Golden(
        "weights-never-change/rate",
        run(
            heard={"learning_rate": 0.0},
            signs={"last_rate": 0.0},
            measured=CHANCE | NOTHING_MOVED,
        ),
    ),
    Golden(
        "weights-never-change/schedule",
        run(
            (MODEL, MODEL + "scheduler = LambdaLR(optimizer, lambda epoch: epoch // 30)\n"),
            ("    validate()\n", "    validate()\n    scheduler.step()\n"),
            heard={"learning_rate": 0.0},
            signs={"last_rate": 0.0},
            measured=CHANCE | NOTHING_MOVED,
        ),
    ),
    Golden(
        "weights-all-equal",
        run(
            (
                MODEL,
                MODEL
                + "def init_weights(m):\n    if isinstance(m, nn.Linear):\n"
                + "        nn.init.constant_(m.weight, 0.01)\n\nmodel.apply(init_weights)\n",
            ),
            measured=CHANCE,
            signs={"equal": EQUAL},
        ),
        tag="in-a-function",
    ),
)
