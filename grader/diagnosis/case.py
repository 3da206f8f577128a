"""Everything a rule may look at, with the questions that many rules ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.diagnosis.code import Reading
from grader.discovery.parse import Parsed, parse
from grader.discovery.source import Cell
from grader.model.baseline import Baseline, Statistic
from grader.model.claims import Crash, Pass, Trace
from grader.model.diagnosis import Confidence
from grader.model.evidence import Evidence, Layer, Measurements
from grader.model.signs import Signs
from grader.model.source import Place

TOLERANCE = 0.03
"""What differently written right work may fall short of the reference by; see the rubrics."""


@dataclass(frozen=True)
class Case:
    """One run beside what the reference does. All figures are fractions unless they say so."""

    evidence: Evidence
    baseline: Baseline

    @property
    def trace(self) -> Trace:
        """What the probe heard; empty where it heard nothing."""
        return self.evidence.claims.trace or Trace()

    @property
    def signs(self) -> Signs:
        """What it heard besides; every field is missing in older results."""
        return self.trace.signs or Signs()

    @property
    def measured(self) -> Measurements | None:
        """What was measured on the trained network, where there was one."""
        return self.evidence.measurements

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the trained network in the order they run; empty where unknown."""
        read = self.measured or self.evidence.gap
        return () if read is None else read.layers

    @property
    def crash(self) -> Crash | None:
        """The exception that ended the program."""
        return self.evidence.claims.crash

    @property
    def labels(self) -> int:
        """How many classes the reference tells apart: the outputs of its last layer."""
        sizes = [layer.settings.get("out") for layer in self.baseline.layers]
        known = [size for size in sizes if isinstance(size, int)]
        return known[-1] if known else 0

    @property
    def training(self) -> Sequence[Pass]:
        """The passes that are training epochs, in order."""
        return [one for one in self.trace.passes if one.training and one.epoch is not None]

    @property
    def evaluations(self) -> Sequence[Pass]:
        """The passes without any learning, in order."""
        return [one for one in self.trace.passes if not one.training]

    @property
    def train_accuracy(self) -> float | None:
        """Measured on the training images."""
        return None if self.measured is None else self.measured.train_accuracy

    @property
    def valid_accuracy(self) -> float | None:
        """Measured on the validation images: the typical epoch where the final one was unlucky."""
        if self.measured is None:
            return None
        typical = self.measured.typical
        own = self.measured.valid_accuracy
        return own if typical is None else max(own, typical.valid_accuracy)

    @property
    def unknown(self) -> bool:
        """Whether nothing says how well it learned: it did not end by an exception, and has no
        accuracies. It may be right, and not have begun.
        """
        return self.measured is None and self.crash is None

    def sure(self, confidence: Confidence) -> Confidence:
        """How sure a mistake is that right work can seem to have: where nobody knows whether the
        run suffers, it is only possible.
        """
        return Confidence.POSSIBLE if self.unknown else confidence

    @property
    def learns_badly(self) -> bool:
        """Whether it does worse on its training images than chance explains, or is not measured."""
        return _short(self.train_accuracy, self.baseline.robust_train_accuracy)

    @property
    def generalises_badly(self) -> bool:
        """The same of the validation images."""
        return _short(self.valid_accuracy, self.baseline.robust_valid_accuracy)

    @property
    def suffers(self) -> bool:
        """Whether the run is worse than the reference's: only then a mistake has lowered it."""
        return self.learns_badly or self.generalises_badly

    def written(self, kind: str) -> Place | None:
        """Where a layer of that kind is made, if the code makes only one."""
        places = [one.place for one in self.evidence.source.layers if one.kind == kind]
        return places[0] if len(places) == 1 else None

    @cached_property
    def program(self) -> Sequence[Parsed]:
        """The student's code, parsed; cells in order, empty in older results."""
        return [parse(Cell(one.file, one.cell, one.text)) for one in self.evidence.source.code]

    @cached_property
    def code(self) -> Reading:
        """The same, to ask for calls, arguments and places."""
        return Reading(self.program)


def _short(accuracy: float | None, expected: Statistic) -> bool:
    return accuracy is None or accuracy < expected.mean - max(3 * expected.sd, TOLERANCE)
