"""The pages that a browser is shown: reports of many kinds, and a class of forty."""

import json
from collections.abc import Callable

from class_cases import classroom
from class_cases import page as class_page
from report_cases import ATTACK, CASES, Case, assignment, diagnosed

from grader.reports import render_report
from grader.reports.notebook import render_notebook


def notebook() -> str:
    """An executed notebook with long lines, output, an error and hostile text."""
    cells = [
        {"cell_type": "markdown", "source": f"# Lab\n{ATTACK}"},
        {
            "cell_type": "code",
            "source": f"x = 1  # {'long ' * 60}\n{ATTACK}",
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": "word" * 200},
                {"output_type": "error", "ename": "E", "evalue": "v", "traceback": [ATTACK]},
            ],
        },
    ]
    content = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}).encode()
    graded, *_ = diagnosed()
    return render_notebook(content, graded, assignment())


def _rendered(case: Callable[[], Case]) -> Callable[[], str]:
    return lambda: render_report(*case())


REPORTS = {name: _rendered(case) for name, case in CASES.items()}
CLASSES = {"class": lambda: class_page(*classroom(40)), "no class yet": class_page}
NOTEBOOKS = {"notebook": notebook}
PAGES = REPORTS | CLASSES | NOTEBOOKS
