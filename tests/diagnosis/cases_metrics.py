"""Runs of right networks whose programs count their accuracy wrongly."""

from builders import training_pass
from golden import Golden
from trained import crashed, run, validation

COUNT = "        correct += (output.argmax(dim=1) == y).sum().item()\n    print"
HEARD = {
    "passes": (training_pass(1, accuracy=0.95, samples=6000), validation(1, accuracy=0.96)),
}
SIZES = (
    "The size of tensor a (10) must match the size of tensor b (32) at non-singleton dimension 0"
)

CASES = (
    Golden(
        "argmax-wrong-axis",
        run(
            (COUNT, COUNT.replace("argmax(dim=1)", "argmax()")),
            heard=HEARD,
            printed={"train_accuracy": 0.004},
        ),
    ),
    Golden(
        "argmax-wrong-axis/crash",
        crashed(
            (COUNT, COUNT.replace("argmax(dim=1)", "argmax(dim=0)")),
            message=SIZES,
            line=19,
            heard={"steps": 1, "backwards": 1},
        ),
    ),
    Golden(
        "accuracy-wrong-count",
        run(
            ("correct / len(valid_set)", "correct / len(valid_loader)"),
            heard=HEARD,
            printed={"valid_accuracy": 0.3136},
        ),
    ),
    Golden(
        "accuracy-wrong-count",
        run(
            ("model = nn", "train_N = len(train_loader)\nvalid_N = len(valid_loader)\nmodel = nn"),
            (COUNT, f"        accuracy += get_batch_accuracy(output, y, train_N)\n{COUNT}"),
            ("    print(correct / len(valid_set))", "    get_accuracy(correct, valid_N)"),
            heard=HEARD,
            printed={"valid_accuracy": 0.3136},
        ),
        tag="by-name",
    ),
    Golden(
        "argmax-wrong-axis/crash",
        crashed(
            (COUNT, COUNT.replace("output.argmax(dim=1)", "torch.max(output, 0)[1]")),
            message=SIZES,
            line=19,
            heard={"steps": 1, "backwards": 1},
        ),
        tag="max",
    ),
    Golden(
        "accuracy-wrong-count/twice",
        run(
            (COUNT, COUNT.replace("sum()", "float().mean()")),
            heard=HEARD,
            printed={"train_accuracy": 0.0297},
        ),
    ),
    Golden(
        "accuracy-wrong-count/other-set",
        run(
            ("correct / len(valid_set)", "correct / len(train_set)"),
            heard=HEARD,
            printed={"valid_accuracy": 0.1633},
        ),
    ),
)
