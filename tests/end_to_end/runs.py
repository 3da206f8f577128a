"""Where submissions lie, and how small runs of them are set up."""

from collections.abc import Callable
from pathlib import Path

from grader.data.practice import PracticeSize
from grader.model.grade import Grade
from grader.pipeline import Request, prepare
from grader.pipeline.path import Examined
from grader.pipeline.setup import Setup

ROOT = Path(__file__).parent.parent.parent
TINY_BASELINES = ROOT / "tests" / "submissions" / "baselines"
"""What the references measured on the tiny data, see ``calibrate_tiny.py``."""
RIGHT = ROOT / "tests" / "submissions" / "right"


def tiny(slug: str, course: Path) -> Setup:
    """Everything set up to grade on the tiny practice data, one thread, no GPU."""
    request = Request(
        slug,
        course=course,
        practice=True,
        practice_size=PracticeSize.TINY,
        device="cpu",
        threads=1,
        reruns=0,
    )
    return prepare(request)


Grades = Callable[..., tuple[Examined, Grade]]
