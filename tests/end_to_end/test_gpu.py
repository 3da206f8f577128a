"""The same verdicts on a GPU."""

import pytest
from runs import ROOT

from grader.discovery import find_submission
from grader.pipeline import Request, check_submission, prepare
from grader.pipeline.setup import standard

pytestmark = [pytest.mark.gpu, pytest.mark.training]


@pytest.mark.parametrize("slug", ["lab1", "lab2", "lab3"])
def test_the_reference_earns_full_marks_on_a_gpu(slug: str) -> None:
    setup = prepare(Request(slug, course=ROOT, practice=True, device="cuda"))
    judged_by = standard(setup.course, slug, "practice")
    reference = find_submission(setup.course.reference(setup.assignment))
    examined, grade = check_submission(reference, setup, judged_by)
    assert grade.device == "cuda:0"
    assert grade.score == grade.max_score, [(c.id, c.found) for c in grade.criteria]
    assert grade.flags == (), examined.evidence.measurements
