"""The same verdicts on a GPU."""

from dataclasses import replace

import pytest
from runs import ROOT

from grader.batch.one import crowded
from grader.discovery import find_submission
from grader.model.run import Outcome
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


HUNGRY = """
import torch
from torch import nn

kept = [torch.ones(64, 1024, 1024, device="cuda") for _ in range({count})]
while True:
    torch.cuda.synchronize()
"""


@pytest.mark.parametrize(
    ("count", "outcome", "words"),
    [(16, Outcome.MEMORY, "MB of GPU memory; it may use 2000"), (4000, Outcome.ERROR, None)],
)
def test_who_takes_too_much_of_a_gpu_is_stopped_and_may_try_again_alone(
    tmp_path, count: int, outcome: Outcome, words: str | None
) -> None:
    setup = prepare(Request("lab1", course=ROOT, practice=True, device="cuda", timeout_s=120))
    judged_by = standard(setup.course, "lab1", "practice")
    program = tmp_path / "hungry.py"
    program.write_text(HUNGRY.format(count=count))
    setup = replace(setup, gpu_mb=2000.0 if words else None)
    examined, grade = check_submission(find_submission(program), setup, judged_by)
    assert grade.run.outcome is outcome, examined.evidence.run
    assert words is None or words in examined.evidence.run.detail
    assert grade.run.peak_gpu_mb is not None
    assert grade.run.peak_gpu_mb > 2000
    assert crowded(examined.evidence)
