"""Runs with batches of a bad size, or with few epochs."""

from builders import baseline, training_pass
from golden import Golden
from trained import LOW, crashed, passes, run

from grader.model.run import Outcome

ALONE = "Expected more than 1 value per channel when training, got input size torch.Size([1, 512])"
LOADER = "DataLoader(train_set, batch_size=32, shuffle=True)"


def batches_of(size: str) -> tuple[str, str]:
    """The program with other batches."""
    return LOADER, LOADER.replace("32", size)


def epochs_of(steps: int, count: int = 5) -> tuple[object, ...]:
    """Epochs over 6,000 images in so many steps."""
    same = {"samples": 6000, "forwards": steps, "backwards": steps, "steps": steps}
    return tuple(training_pass(i, **same) for i in range(1, count + 1))


REFERENCE = baseline(
    steps=940,
    train_accuracy_per_epoch=(0.89, 0.974, 0.984, 0.99, 0.992),
    valid_accuracy_per_epoch=(0.957, 0.976, 0.979, 0.983, 0.98),
)
SHORT = {"train_accuracy": 0.91, "valid_accuracy": 0.926}

CASES = (
    Golden(
        "batch-of-one",
        run(batches_of("1"), measured=LOW, heard={"batch_size": 1}),
        REFERENCE,
    ),
    Golden(
        "batch-of-one/slow",
        run(
            batches_of("2"),
            measured=LOW,
            heard={"batch_size": 2, "steps": 41_234},
            outcome=Outcome.TIMEOUT,
        ),
        REFERENCE,
    ),
    Golden(
        "batch-of-one/alone",
        crashed(batches_of("1"), message=ALONE, line=14, heard={"batch_size": 1}),
        REFERENCE,
    ),
    Golden(
        "batch-too-large",
        run(
            batches_of("1024"),
            measured={"train_accuracy": 0.85, "valid_accuracy": 0.84},
            heard={"batch_size": 1024, "steps": 30, "backwards": 30, "passes": epochs_of(6)},
        ),
        REFERENCE,
    ),
    Golden(
        "batch-too-large/whole",
        run(
            batches_of("len(train_set)"),
            measured=LOW,
            heard={"batch_size": 6000, "steps": 5, "backwards": 5, "passes": epochs_of(1)},
        ),
        REFERENCE,
    ),
    Golden(
        "too-few-epochs",
        run(
            ("range(5)", "range(1)"),
            measured=SHORT,
            heard={"epochs": 1, "passes": passes(0.61), "steps": 188, "backwards": 188},
        ),
        REFERENCE,
    ),
)
