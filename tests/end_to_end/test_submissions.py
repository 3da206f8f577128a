"""Whatever students hand in gets the verdicts that its ``expect.yaml`` says."""

import re
from pathlib import Path

import pytest
import yaml
from cases import Case, cases
from runs import ROOT, Grades

from grader.checks import CHECKS
from grader.cli.show import exit_code
from grader.model.diagnosis import Effect
from grader.model.grade import Grade

FINAL = re.compile(r"final (train|valid) accuracy: ([\d.]+)")
"""What right programs print of their final model, computed by themselves."""
LABS = ("lab1", "lab2", "lab3")


def wanted(case: Case, grade: Grade) -> dict[str, str]:
    """The verdict that each criterion must get; accuracies that nobody predicts are left out."""
    said = case.expect["verdicts"]
    by_id = {"*": said} if isinstance(said, str) else said
    found = {one.id: by_id.get(one.id, by_id.get("*")) for one in grade.criteria}
    assert None not in found.values(), f"expect.yaml does not speak of all of {list(found)}"
    return {name: verdict for name, verdict in found.items() if verdict != "?"}


def assert_as_expected(case: Case, grade: Grade) -> None:
    found = {one.id: one for one in grade.criteria}
    verdicts = wanted(case, grade)
    told = {name: f"{one.verdict}: {one.found}" for name, one in found.items()}
    assert {name: str(found[name].verdict) for name in verdicts} == verdicts, told
    if "exit" in case.expect:
        assert exit_code(grade) == case.expect["exit"], (grade.score, grade.reasons)
    assert_named(case, grade)
    notes = case.expect.get("notes", [])
    for words in notes:
        assert any(words in note for note in grade.notes), (words, grade.notes)
    unexpected = [note for note in grade.notes if not any(words in note for words in notes)]
    assert not unexpected
    for name, words in case.expect.get("found", {}).items():
        assert words in found[name].found
    for name, words in case.expect.get("help", {}).items():
        assert words in found[name].help
    review = case.expect.get("review")
    if review == "?":  # whether it was kept from working is the machine's affair
        return
    assert bool(review) == grade.needs_review, grade.reasons
    if review:
        assert any(review in reason for reason in grade.reasons), grade.reasons


def assert_named(case: Case, grade: Grade) -> None:
    """Right work is told of no mistake but harmless ones; of wrong work the first is the one."""
    costly = [one.id for one in grade.diagnosis if one.effect is not Effect.HARMLESS]
    if case.is_right:
        assert costly == [], grade.diagnosis
    if "diagnosis" in case.expect:
        assert [one.id for one in grade.diagnosis[:1]] == [case.expect["diagnosis"]]


@pytest.mark.training
@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{lab}-{case.name}") for lab in LABS for case in cases(lab)]
)
def test_submission(case: Case, graded: Grades, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    examined, grade = graded(path, case.lab, case.limits)
    assert_as_expected(case, grade)
    for which, own in FINAL.findall(examined.logs.stdout) if case.is_right else ():
        measured = getattr(grade.measurements, f"{which}_accuracy")
        assert measured == pytest.approx(float(own), abs=0.001), "measured is not what is true"


@pytest.mark.parametrize("check", CHECKS)
def test_without_any_one_check_a_submission_would_get_another_verdict(check: str) -> None:
    """A check that always said "met" would be noticed by at least one case."""
    noticed = []
    for lab in LABS:
        document = yaml.safe_load((ROOT / "rubrics" / f"{lab}.yaml").read_text())
        own = {one["id"] for one in document["criteria"] if one["check"] == check}
        for case in cases(lab):
            said = case.expect["verdicts"]
            by_id = {} if isinstance(said, str) else said
            noticed += [case.name for name in own if by_id.get(name) in ("unmet", "partial")]
    assert noticed
