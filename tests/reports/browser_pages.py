"""The pages that a browser is shown: reports of many kinds, and a class of forty."""

from collections.abc import Callable

from class_cases import classroom
from class_cases import page as class_page
from report_cases import CASES, Case, wrong

from grader.model.diagnosis import Diagnosis
from grader.model.source import Place
from grader.reports import render_report

SOFTMAX = Diagnosis.model_validate(
    {
        "id": "softmax-before-loss",
        "title": "Softmax is applied twice",
        "explanation": "Your network ends with a Softmax, and CrossEntropyLoss applies it again. "
        "The loss stayed at 2.3 over all 20 epochs.",
        "fix": "Remove the Softmax after the last Linear layer.",
        "idea": "Loss",
        "confidence": "certain",
        "effect": "ruins",
        "where": Place(cell=6, line=4, text="nn.Softmax(dim=1),"),
    }
)


def diagnosed() -> Case:
    """A failing report that names two mistakes."""
    grade, *others = wrong()
    again = SOFTMAX.model_copy(update={"id": "rate-too-high", "title": "The rate is too high"})
    return grade.model_copy(update={"diagnosis": (SOFTMAX, again)}), *others


def _rendered(case: Callable[[], Case]) -> Callable[[], str]:
    return lambda: render_report(*case())


SHOWN = {"diagnosed": diagnosed} | CASES
REPORTS = {name: _rendered(case) for name, case in SHOWN.items()}
CLASSES = {"class": lambda: class_page(*classroom(40)), "no class yet": class_page}
PAGES = REPORTS | CLASSES
