"""Runs that show what is wrong with the moves of a batch."""

from builders import training_pass
from golden import Golden
from trained import CHANCE, LOW, NOTHING_MOVED, REFUSED, crashed, run

ZERO = "        optimizer.zero_grad()\n"
BACKWARD = "        loss.backward()\n"
STEP = "        optimizer.step()\n"
COUNT = "    print(correct / len(train_set))\n"
UNLEARNED = training_pass(None, training=False, backwards=0, steps=0)
BY_HAND = "        for p in model.parameters():\n            p.grad = None\n"
STILL = {**CHANCE, **NOTHING_MOVED}
BLIND = {"order": "ZfLBS" * 30, "empty_steps": 500}

CASES = (
    Golden(
        "no-zero-grad",
        run((ZERO, ""), measured=LOW, signs={"carried": 499, "order": "FLBS" * 40}),
    ),
    Golden(
        "no-zero-grad/brackets",
        run(
            (ZERO, "        optimizer.zero_grad\n"),
            measured=LOW,
            signs={"carried": 499, "order": "FLBS" * 40},
        ),
    ),
    Golden(
        "no-backward",
        run((BACKWARD, ""), measured=STILL, heard={"backwards": 0}, signs={"order": "ZFLS" * 40}),
    ),
    Golden(
        "no-backward/brackets",
        run(
            (BACKWARD, "        loss.backward\n"),
            measured=STILL,
            heard={"backwards": 0},
            signs={"order": "ZFLS" * 40},
        ),
    ),
    Golden(
        "no-backward/neither",
        run(
            (ZERO + BACKWARD + STEP, ""),
            measured=STILL,
            heard={"backwards": 0, "steps": 0},
            signs={"order": "FL" * 100},
        ),
    ),
    Golden(
        "no-step",
        run((STEP, ""), measured=STILL, heard={"steps": 0}, signs={"order": "ZFLB" * 40}),
    ),
    Golden(
        "no-step/brackets",
        run(
            (STEP, "        optimizer.step\n"),
            measured=STILL,
            heard={"steps": 0},
            signs={"order": "ZFLB" * 40},
        ),
    ),
    Golden(
        "no-step/once",
        run(
            (ZERO + BACKWARD + STEP, ZERO),
            (COUNT, BACKWARD[4:] + STEP[4:] + COUNT),
            heard={"steps": 5, "backwards": 5, "passes": (UNLEARNED,) * 5, "epochs": 0},
            signs={"order": "ZFLBSfL" + "ZFL" * 60},
        ).model_copy(update={"measurements": None}),
    ),
    Golden(
        "step-before-backward",
        run(
            (ZERO + BACKWARD + STEP, ZERO + STEP + BACKWARD),
            measured=STILL,
            signs={"order": "FLZSB" * 40, "empty_steps": 500, "lost_gradients": 499},
        ),
    ),
    Golden(
        "step-before-backward/late",
        run(
            (ZERO + BACKWARD + STEP, STEP + ZERO + BACKWARD),
            measured=LOW,
            signs={"order": "FLSZB" * 40, "empty_steps": 1},
        ),
    ),
    Golden(
        "zero-grad-after-backward/by-hand",
        run(
            (
                BACKWARD,
                f"{BACKWARD}        for p in model.parameters():\n            p.grad = None\n",
            ),
            measured=STILL,
            signs={"order": "ZFLBZS" * 30, "empty_steps": 500, "lost_gradients": 500},
        ),
    ),
    Golden(
        "zero-grad-after-backward",
        run(
            (ZERO + BACKWARD, BACKWARD + ZERO),
            measured=STILL,
            signs={"order": "FLBZS" * 40, "empty_steps": 500, "lost_gradients": 500},
        ),
    ),
    Golden(
        "training-without-gradients",
        crashed(
            ("    train()\n", "    with torch.no_grad():\n        train()\n"),
            message=REFUSED,
            line=17,
            signs={"order": "ZfLB", "from_model": False},
            heard={"steps": 0, "backwards": 1},
        ),
    ),
    Golden(
        "training-without-gradients",
        run(
            ("def train():", "@torch.no_grad()\ndef train():"),
            (BACKWARD, "        loss.requires_grad_(True)\n" + BACKWARD),
            measured=STILL,
            heard={"without_gradients": True},
            signs=BLIND,
        ),
        tag="around-a-function",
    ),
    Golden(
        "training-without-gradients/left-off",
        crashed(
            ("    with torch.no_grad():\n", "    torch.set_grad_enabled(False)\n    if True:\n"),
            message=REFUSED,
            line=17,
            heard={"steps": 188, "backwards": 189, "epochs": 1},
        ),
    ),
)
