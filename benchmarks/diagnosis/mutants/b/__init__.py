"""Mistakes in style b: classes for the data, the network and the training, functional operators."""

from benchmarks.diagnosis.mutants.b import network, training
from benchmarks.diagnosis.patches import Mutants

MUTANTS: Mutants = {**network.MUTANTS, **training.MUTANTS}
LEFT_OUT = {
    ("inputs-not-tensors", "lab1"): "it takes the tensors that the data set holds",
}
