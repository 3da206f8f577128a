"""Every value a report can meet has words."""

import pytest
from builders import ASSIGNMENT, evidence, expectation, rubric, run_figures, unmeasured

from grader.checks import CHECKS
from grader.model.assignment import Assignment
from grader.model.evidence import GapKind
from grader.model.run import Outcome
from grader.model.source import SourceLook
from grader.reports import render_report
from grader.scoring import score

LAB = Assignment.model_validate({**ASSIGNMENT, "classes": list("0123456789")})


@pytest.mark.parametrize("outcome", Outcome)
def test_a_run_that_ended_in_any_way_has_a_report(outcome: Outcome) -> None:
    found = unmeasured(GapKind.NOTHING_TRAINED, run=run_figures(outcome, exit_code=None))
    grade = score(found, rubric(), expectation(), CHECKS)
    assert "</html>" in render_report(grade, found, expectation().baseline, LAB)


def test_a_program_of_another_framework_has_a_report_that_says_so() -> None:
    source = SourceLook(framework="Keras", lines=3, hopeless="it is a Keras program")
    ended = run_figures(Outcome.NOT_RUN, exit_code=None, detail="It was not run: it is Keras.")
    found = evidence(source=source, run=ended, measurements=None, gap=None)
    grade = score(found, rubric(), expectation(), CHECKS)
    page = render_report(grade, found, expectation().baseline, LAB)
    assert "was not run" in page
