"""What a student hands in: zips, notebooks, scripts and folders, found and looked at."""

import json
from collections.abc import Sequence
from pathlib import Path

from builders import ASSIGNMENT
from harness import Target
from inputs import Case, Odd
from zips import Member, packed

from grader.discovery import look_at_source, open_submission
from grader.errors import SubmissionError
from grader.model.assignment import Assignment
from grader.model.source import SourceLook

LAB = Assignment.model_validate(ASSIGNMENT)
SCRIPT = '''"""Lab 1."""
# -*- coding: utf-8 -*-
import os, sys
import numpy as np
import torch.nn as nn
from model import Net
from .helpers import draw
try:
    import wandb
except ImportError:
    wandb = None
if __name__ == "__main__":
    import tensorboard

def train(model, data):
    import torchvision
    for x, y in data:
        loss = nn.functional.cross_entropy(model(x.cuda()), y)
        loss.backward()
    return f"{loss:.3f}"

model = nn.Sequential(nn.Flatten(), nn.Linear(784, FIXME))
open("sign_mnist_" + "test.csv")
'''
HELPER = (
    "import torch\n\nclass Net(torch.nn.Module):\n    def forward(self, x):\n        return x\n"
)
CELLS = (
    "# Lab 1\nimport torch\n%matplotlib inline\n!pip install torch\nx = !ls\n",
    "%%writefile helpers.py\ndef draw(x):\n    return x\n",
    ["net = FIXME\n", "net.fit(\n", ")\n"],
    "# SOLUTION\nnet = torch.nn.Linear(784, 10)\n",
    "%%time\nfrom model import Net\ntorch.save?\nget_ipython().kernel.do_shutdown(True)\n",
)


def notebook(*cells: object) -> bytes:
    """A notebook with code cells between texts."""
    made = [
        {"cell_type": kind, "source": source, "metadata": {"tags": []}, "outputs": [], "id": str(i)}
        for i, source in enumerate(cells)
        for kind in (["code", "markdown"] if i == 0 else ["code"])
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def seeds() -> Sequence[Case]:
    """Right submissions of every form."""
    script, helper, cells = SCRIPT.encode(), HELPER.encode(), notebook(*CELLS)
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1", "language": "py"}]}]}
    work = [
        Member("work/lab.ipynb", cells),
        Member("work/model.py", helper, method=0),
        Member("work/data/train.csv", b"1,2"),
        Member("__MACOSX/work/._lab.ipynb", b""),
    ]
    scripts = [Member("lab.py", script), Member("model.py", helper), Member("helpers.py", b"x=1")]
    folder = {"work/lab.py": script, "work/model.py": helper, "work/pkg/__init__.py": b""}
    return [
        Case("lab.py", {"lab.py": script}),
        Case("lab.ipynb", {"lab.ipynb": cells}),
        Case("lab.ipynb", {"lab.ipynb": json.dumps(old).encode()}),
        Case("work.zip", {"work.zip": packed(work)}),
        Case("ada.work", {"ada.work": packed(scripts, b"a comment")}),
        Case("work", folder),
        Case("work", {"work/lab.ipynb": cells, "work/lab.py": script, "work/helpers.py": helper}),
    ]


def read(case: Case, folder: Path, scratch: Path) -> bool:
    """Open it and look at its source; at every second one with the handout's cells."""
    ours = sum(map(len, case.files.values())) % 2 == 1
    with open_submission(folder / case.door) as found:
        look = look_at_source(found, LAB, solution_cells=ours)
        found.model_dump_json()
    if SourceLook.model_validate_json(look.model_dump_json()) != look:
        raise AssertionError("the stored look is not what was seen")
    return look.hopeless is None


TARGET = Target(
    name="discovery",
    seeds=seeds,
    read=read,
    refusals=(SubmissionError,),
    modules=tuple(
        f"grader.discovery.{name}"
        for name in (
            *("archive", "find", "helpers", "imports", "kaggle", "limits", "look", "main_file"),
            *("needs", "parse", "placeholders", "source"),
        )
    ),
    odd=tuple(Odd),
)
