"""A mistake found in a submission, in words that teach: part of the public ``grade.json``."""

from enum import StrEnum

from grader.model.base import Frozen
from grader.model.source import Place


class Confidence(StrEnum):
    """How sure a diagnosis is. ``CERTAIN``: what was measured or read allows nothing else."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Effect(StrEnum):
    """What a mistake does to a run, the worst first.

    ``STOPS``: the program ends, or cannot learn at all. ``RUINS``: what it learns is wrong or close
    to nothing. ``LOWERS``: it learns less than it could. ``MISLEADS``: the network is right, and
    what the program says of it is not. ``HARMLESS``: this run did not suffer; another may.
    """

    STOPS = "stops"
    RUINS = "ruins"
    LOWERS = "lowers"
    MISLEADS = "misleads"
    HARMLESS = "harmless"


class Diagnosis(Frozen):
    """One mistake. ``explanation`` gives the cause and this run's own evidence, ``fix`` one action.

    ``idea`` is the heading in the assignment's handout that the mistake belongs to.
    """

    id: str
    title: str
    explanation: str
    fix: str
    idea: str
    confidence: Confidence
    effect: Effect
    where: Place | None = None
