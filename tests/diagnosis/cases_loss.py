"""Runs that show what is wrong with the loss."""

from typing import Any

from builders import claims, evidence, layer, measurements, network, trace
from golden import Golden
from student import crashed as ended
from trained import CHANCE, LOW, NOTHING_MOVED, REFUSED, crashed, run

from grader.model.evidence import Evidence
from grader.model.signs import Signs

LAST = ("flatten", "linear", "relu", "linear")


def squashed(kind: str, **changes: Any) -> Evidence:
    """A network that ends with a layer of that kind."""
    layers = (*network(*LAST), layer(kind))
    low = {"train_accuracy": 0.421, "valid_accuracy": 0.4, "layers": layers}
    heard = trace(loss="cross_entropy", signs=Signs.model_validate({"probabilities": kind}))
    return evidence(measurements=measurements(**low | changes), claims=claims(trace=heard))


def squashed_outside(kind: str, **changes: Any) -> Evidence:
    """Outputs that pass through a function of that kind before the loss gets them."""
    heard = trace(loss="cross_entropy", signs=Signs.model_validate({"probabilities": kind}))
    low = {"train_accuracy": 0.421, "valid_accuracy": 0.4, "layers": network(*LAST)}
    return evidence(measurements=measurements(**low | changes), claims=claims(trace=heard))


LOSS = "loss = loss_function(output, y)"
LONG = "Expected floating point type for target with class probabilities, got Long"
SWAPPED = "\"log_softmax_lastdim_kernel_impl\" not implemented for 'Long'"
CUT = {"order": "ZFLB", "from_model": False}
NONE = "cross_entropy_loss(): argument 'input' (position 1) must be Tensor, not NoneType"
SILENT = """class Net(nn.Module):
    def forward(self, pictures):
        rows = self.flatten(pictures)
        scores = self.last(rows)

net = Net()
loss = loss_function(net(pictures), labels)
"""
FINE = {"train_accuracy": 0.99, "valid_accuracy": 0.98}

CASES = (
    Golden("softmax-before-loss", squashed("softmax")),
    Golden("softmax-before-loss/outside", squashed_outside("softmax")),
    Golden("loss-on-wrong-tensors/nothing", ended(NONE, line=9, text=SILENT, type="TypeError")),
    Golden("sigmoid-before-loss", squashed("sigmoid")),
    Golden("sigmoid-before-loss/outside", squashed_outside("sigmoid")),
    Golden("log-softmax-before-loss", squashed("log_softmax", **FINE)),
    Golden("log-softmax-before-loss/outside", squashed_outside("log_softmax", **FINE)),
    Golden(
        "loss-on-wrong-tensors",
        crashed(
            (LOSS, "loss = loss_function(predict(x), y)"),
            message=REFUSED,
            line=17,
            signs=CUT,
        ),
    ),
    Golden(
        "loss-on-wrong-tensors/detached",
        crashed(
            (LOSS, "loss = loss_function(output.detach(), y)"),
            message=REFUSED,
            line=17,
            signs=CUT,
        ),
    ),
    Golden(
        "loss-on-wrong-tensors/detached",
        run(
            (
                LOSS,
                "loss = loss_function(output.detach(), y)\n        loss.requires_grad = True",
            ),
            measured=CHANCE | NOTHING_MOVED,
            signs={"empty_steps": 500},
        ),
        tag="forced",
    ),
    Golden(
        "loss-on-wrong-tensors/argmax",
        crashed((LOSS, "loss = loss_function(output.argmax(1), y)"), message=LONG, line=15),
    ),
    Golden(
        "loss-on-wrong-tensors/same",
        crashed((LOSS, "loss = loss_function(y, y)"), message=LONG, line=15),
    ),
    Golden(
        "loss-on-wrong-tensors/swapped",
        crashed((LOSS, "loss = loss_function(y, output)"), message=SWAPPED, line=15),
    ),
    Golden(
        "loss-on-wrong-tensors/own",
        run(
            (LOSS, "wanted = output.argmax(1)\n        loss = loss_function(output, wanted)"),
            measured=LOW,
            heard={"loss": "cross_entropy"},
        ),
    ),
    Golden(
        "loss-on-wrong-tensors/copy",
        run(
            (LOSS, LOSS + "\n        loss = torch.tensor(loss.item(), requires_grad=True)"),
            measured=CHANCE | NOTHING_MOVED,
            signs={"empty_steps": 500},
        ),
    ),
    Golden(
        "broadcast-loss",
        run(
            (LOSS, "loss = ((output.mean(1, keepdim=True) - y) ** 2).mean()"),
            measured=LOW,
            heard={"loss": None},
            signs={"table": True},
        ),
    ),
)
