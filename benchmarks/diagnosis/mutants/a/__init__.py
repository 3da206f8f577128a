"""Mistakes in style a: a flat script with the functions train() and validate()."""

from benchmarks.diagnosis.mutants.a import network, training
from benchmarks.diagnosis.patches import Mutants

MUTANTS: Mutants = {**network.MUTANTS, **training.MUTANTS}
LEFT_OUT = {
    ("missing-flatten", "lab2"): "its pictures are rows of 784 numbers from the start",
}
