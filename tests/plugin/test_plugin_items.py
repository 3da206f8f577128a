"""``pytest --grade``: what becomes of each criterion."""

from pathlib import Path

import pytest
from builders import claims, evidence, measurements, run_figures, snapshots, unmeasured
from played import HELP, Grader, Session, played

from grader.errors import CallerError, Fault, ResultsError
from grader.model.claims import Crash
from grader.model.evidence import GapKind
from grader.model.run import Outcome
from grader.results.store import require_writable

POOR = measurements(valid_accuracy=0.6, snapshots=snapshots(0.6, 0.6, 0.6, 0.6, 0.6))


def test_each_criterion_is_a_test_and_what_is_hidden_is_one(session: Session) -> None:
    code, out = session("-v", "lab.py")
    for name in ("completes", "accuracy", "not-shown", "claims"):
        assert f"lab.py::{name} PASSED" in out
    assert (code, "4 passed" in out) == (0, True)
    assert "secret" not in out


def test_a_failure_is_the_reason_and_the_next_step_without_a_traceback(
    session: Session, actor: Grader
) -> None:
    actor.answer = played(measurements=POOR)
    code, out = session("lab.py")
    assert code == 1
    assert "accuracy: The accuracy criterion" in out
    assert "of 40 points: " in out
    assert "60.0" in out
    assert HELP in out
    assert "Traceback" not in out
    assert "pytest_plugin" not in out


def test_a_criterion_without_points_is_told_and_fails_nothing(
    session: Session, actor: Grader
) -> None:
    actor.answer = played(measurements=POOR)
    code, out = session("-rs", "lab.py::claims")
    assert (code, "1 skipped" in out) == (0, True)
    assert "lab.py:1: not scored: " in out
    assert "pytest_plugin" not in out


def test_a_fault_of_ours_is_an_error_and_no_failure(session: Session, actor: Grader) -> None:
    actor.answer = played(run=run_figures(Outcome.FAULT))
    code, out = session("lab.py")
    assert code == 1
    assert "ERROR at setup of completes" in out
    assert "This costs no points: a person looks at it." in out
    assert " failed, " not in out.splitlines()[-1]
    assert "FAILED" not in out


def test_what_a_person_decides_is_listed_at_the_end(session: Session, actor: Grader) -> None:
    actor.answer = grade = played(
        **{"measurements": None, "gap": unmeasured(GapKind.NOT_CAPTURED).gap}
    )
    _, out = session("lab.py")
    assert grade.reasons
    last = out[out.index(" needs review ") :]
    assert all(f"lab.py: {reason}" in last for reason in grade.reasons)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CallerError("there is no data: fetch it"), "there is no data: fetch it"),
        (Fault("the disk is gone"), "the disk is gone. This is the grader's own failure."),
        (ZeroDivisionError("by\nzero"), "ZeroDivisionError: by zero. This is the grader's own"),
    ],
)
def test_a_grade_that_cannot_be_made_is_a_sentence_for_every_test_and_tried_once(
    session: Session, actor: Grader, error: Exception, said: str
) -> None:
    actor.answer = error
    code, out = session("lab.py")
    assert (code, actor.asked) == (1, ["lab.py"])
    assert "4 errors" in out
    assert out.count(f"\n{said}") == 4
    assert "Traceback" not in out


def test_a_remedy_names_options_that_pytest_has(
    session: Session, actor: Grader, here: Path
) -> None:
    folder = here / "kept" / "lab"
    folder.mkdir(parents=True)
    kept = evidence().model_copy(
        update={"submission": evidence().submission.model_copy(update={"origin": "elsewhere"})}
    )
    (folder / "evidence.json").write_text(kept.model_dump_json(by_alias=True))
    with pytest.raises(ResultsError) as caught:
        require_writable(here / "kept", "lab", "here")
    actor.answer = caught.value
    _, out = session("lab.py", "--grade-out", "kept")
    assert f"{folder} holds the result of another submission: name another place with --gra" in out
    assert "--student" not in out
    actor.answer = CallerError("there is no '--datax' and no --data-set: leave out --data.")
    assert "no '--datax' and no --data-set: leave out --grade-data." in session("lab.py")[1]


def test_what_a_student_wrote_gives_no_orders(session: Session, actor: Grader) -> None:
    said = "\x1b[31m\n::error::owned\n##[group]owned"
    actor.answer = played(
        run=run_figures(Outcome.ERROR, exit_code=1),
        claims=claims(ended=False, crash=Crash(type="Error", message=said)),
    )
    _, out = session("lab.py")
    assert "owned" in out
    assert "\x1b" not in out
    assert "::error::" not in out
    assert "##[" not in out


def test_the_summary_says_the_score_the_isolation_and_that_practice_counts_nothing(
    session: Session,
) -> None:
    _, out = session("--grade-practice", "lab.py")
    assert "grader: Lab 1: Handwritten digits" in out
    assert "(practice data: not your grade)" in out
    assert "lab.py: 100 of 100 points, passed\n  isolation level 3 (bubblewrap), cpu" in out
    assert "Practice data: this is not your grade." in out


def test_options_mean_what_those_of_the_command_do(session: Session, actor: Grader) -> None:
    session("lab.py", "--grade-seed", "7", "--grade-timeout", "60", "--grade-out", "kept")
    assert (actor.options["seed"], actor.options["timeout_s"]) == (7, 60)
    assert (actor.options["out"], actor.options["practice"]) == ("kept", False)


def test_interrupted_it_stops_and_remembers_nothing(
    session: Session, actor: Grader, here: Path
) -> None:
    actor.answer = KeyboardInterrupt()
    code, out = session("lab.py")
    assert (code, actor.asked) == (2, ["lab.py"])
    assert " grades " not in out
