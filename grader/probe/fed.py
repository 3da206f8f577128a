"""What training gave to the model, to the loss and to ``backward``."""

from dataclasses import dataclass, field
from typing import Any

import torch

from .loaders import Starts
from .table import PLAIN, is_table
from .trace import Pass
from .values import Scores, number, values

KEPT_LOSSES = 64
KEPT_COMPARISONS = 4


@dataclass
class Compared:
    """What one call of a loss function was given and what it returned, without their graphs.

    ``from_model`` says whether gradients can reach the model, ``None`` where none were enabled.
    """

    name: str
    value: torch.Tensor | None
    output: torch.Tensor
    target: torch.Tensor
    from_model: bool | None


@dataclass
class Forward:
    """One call of a whole model, without its graph, with what was compared after it.

    ``inputs`` and ``output`` are missing where only a loss was heard; ``trains`` says whether it
    looks like training, as far as that shows before any backward call.
    """

    inputs: torch.Tensor | None = None
    output: torch.Tensor | None = None
    trains: bool = False
    compared: list[Compared] = field(default_factory=list)


class Fed:
    """Forward calls wait: only one that a backward call follows is training.

    ``missed`` is the first that looked like training, for programs without any backward call;
    ``refused`` the last that torch refused, or whose loss it refused.
    """

    def __init__(self) -> None:
        self.waiting: Forward | None = None
        self.missed: Forward | None = None
        self.refused: Forward | None = None
        self.learned = 0
        self.scores = Scores()
        self.starts = Starts()
        self.training: dict[str, Any] = {}
        self.evaluation: dict[str, Any] | None = None
        self.late_evaluation = False
        self.from_model: bool | None = None
        self.table = False
        self.values: list[torch.Tensor] = []
        self.losses: list[float | None] = []

    def called(self, inputs: torch.Tensor, output: torch.Tensor, training_mode: bool) -> None:
        """A whole model was called with ``inputs`` (N, ...)."""
        if inputs.requires_grad and self.waiting is not None:
            self.waiting.output = output.detach()  # one part of a model after another
            return
        self._passed_by()
        trains = training_mode and len(inputs) > 1
        self.waiting = Forward(inputs.detach(), output.detach(), trains)

    def lost(
        self, name: str, value: torch.Tensor, output: torch.Tensor, target: torch.Tensor
    ) -> None:
        """A loss function compared an output with a target."""
        self.scores.look(name, output)
        from_model = output.requires_grad if torch.is_grad_enabled() else None
        compared = Compared(name, value.detach(), output.detach(), target.detach(), from_model)
        if self.waiting is None:
            self.waiting = Forward()
        self.waiting.compared.append(compared)
        del self.waiting.compared[:-KEPT_COMPARISONS]

    def refuse_inputs(self, inputs: torch.Tensor) -> None:
        """A model raised on these."""
        self.refused = Forward(inputs.detach())

    def refuse_comparison(self, name: str, output: torch.Tensor, target: torch.Tensor) -> None:
        """A loss function raised on these."""
        self.refused = self.waiting or Forward()
        compared = Compared(name, None, output.detach(), target.detach(), None)
        self.refused.compared.append(compared)

    def _passed_by(self) -> None:
        """The waiting call was no training: an evaluation, or training that never learned."""
        passed, self.waiting = self.waiting, None
        if passed is None or passed.inputs is None:
            return
        if not self.learned and passed.trains and self.missed is None:
            self.missed = passed
        if not self.late_evaluation:  # what comes before training may be a test with zeros
            self.late_evaluation = self.learned > 0
            self.evaluation = values(passed.inputs)

    def backward(self, value: torch.Tensor, current: Pass | None) -> None:
        """Gradients are about to be computed from ``value``."""
        forward, self.waiting, self.missed = self.waiting, None, None
        self.learned += 1
        compared = forward.compared if forward is not None else []
        known = _from_model(compared)
        if known is not None and self.from_model is not False:
            self.from_model = known
        if len(self.losses) + len(self.values) < KEPT_LOSSES:
            self._keep_loss(value, compared)
        if forward is None or forward.inputs is None:
            return
        if current is not None:
            target = compared[-1].target if compared else None
            self.starts.learned(current, forward.inputs, target)
        if not self.training:
            self.training = _described(forward)
            if all(one.name in PLAIN for one in compared):
                self.table = is_table(value, len(forward.inputs))

    def _keep_loss(self, value: torch.Tensor, compared: list[Compared]) -> None:
        """Keep the loss of one batch; a scaler or a division may stand before ``backward``."""
        own = compared[0].value if len(compared) == 1 else None
        kept = own if own is not None and own.ndim == 0 else value.detach()
        if kept.numel() == 1:
            self.values.append(kept)

    def settle(self) -> None:
        """Read what was kept; waits for the device."""
        self.losses += [number(one) for one in self.values]
        self.values = []
        self.starts.settle()

    def summary(self) -> dict[str, Any]:
        """Return this part of the signs; where nothing learned, of what looked like training."""
        training, from_model, evaluation = self.training, self.from_model, self.evaluation
        missed = self.refused or self.missed or self.waiting
        if not self.learned and missed is not None:
            training, from_model = _described(missed), _from_model(missed.compared)
            evaluation = None if missed.trains else evaluation
        elif evaluation is None and self.waiting is not None and self.waiting.inputs is not None:
            evaluation = values(self.waiting.inputs)
        return {
            **training,
            "evaluation_inputs": evaluation,
            "from_model": from_model,
            "table": self.table,
            "probabilities": self.scores.kind,
            "losses": list(self.losses),
            "same_order": self.starts.same,
        }


def _from_model(compared: list[Compared]) -> bool | None:
    """Whether gradients can reach the model through any of several comparisons."""
    known = [one.from_model for one in compared if one.from_model is not None]
    return any(known) if known else None


def _described(forward: Forward) -> dict[str, Any]:
    """Describe one batch of training; waits for the device."""
    given = forward.compared[-1].output if forward.compared else forward.output
    return {
        "inputs": None if forward.inputs is None else values(forward.inputs),
        "outputs": None if given is None else values(given),
        "targets": values(forward.compared[-1].target) if forward.compared else None,
    }
