"""Mistakes in style c, by somebody who had not seen the rules; each lab is written its own way."""

from benchmarks.diagnosis.catalogue import MISTAKES
from benchmarks.diagnosis.mutants.c import lab1, lab2, lab3
from benchmarks.diagnosis.patches import Edit, Mutants

TABLES = {"lab1": lab1.PIECES, "lab2": lab2.PIECES, "lab3": lab3.PIECES}
MUTANTS: Mutants = {
    mistake: tuple(
        Edit(old, new, (lab,))
        for lab, pieces in TABLES.items()
        for old, new in pieces.get(mistake, ())
    )
    for mistake in (one.id for one in MISTAKES)
}
LATER = "the rule is younger than this style, whose author must not know it"
LEFT_OUT = {
    ("inputs-not-tensors", "lab1"): LATER,
    ("label-among-pixels", "lab2"): LATER,
    ("label-among-pixels", "lab3"): LATER,
}
