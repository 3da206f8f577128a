"""Mistakes in style b: classes for the data, the network and the training, functional operators."""

from benchmarks.diagnosis.mutants.b import network, training
from benchmarks.diagnosis.patches import Mutants

MUTANTS: Mutants = {**network.MUTANTS, **training.MUTANTS}
LEFT_OUT: dict[tuple[str, str], str] = {}
