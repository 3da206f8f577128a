"""What GitHub's runner reads of problems: at their places, within its caps, nothing obeyed."""

from pathlib import Path

import pytest
from gate_cases import HOSTILE, all_visible, grade, mistake, places, unmet
from workflow_commands import read

from grader.ci.annotations import commands, escape, escape_property
from grader.ci.exercises import OpenExercise
from grader.ci.path import Gate, handed_in, refused
from grader.ci.problems import Kind, Problem, problems_of
from grader.errors import DataError, SubmissionError
from grader.model.source import Place
from grader.pipeline import Request
from grader.reports.text import visible

OPEN = [
    OpenExercise(f"Exercise {number}: x", Place(file="lab.py", line=line))
    for number, line in ((1, 3), (2, 7))
]


def problem(number: int = 0, kind: Kind = Kind.ERROR, **changes: object) -> Problem:
    known = {"id": f"c{number}", "kind": kind, "title": f"Title {number}", "text": "Why."}
    return Problem(**(known | changes))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_only_text_wherever_it_stands(text: str) -> None:
    one = problem(file=text, line=3, title=text, text=text)
    (line,) = commands([one])
    assert "\n" not in line
    assert "\r" not in line
    (found,) = read(line)
    assert found.name == "error"
    assert found.properties == {"file": text, "line": "3", "endLine": "3", "title": text}
    assert found.message == text


def test_escapes_are_those_the_runner_knows() -> None:
    assert escape("50%\r\n:,") == "50%25%0D%0A:,"
    assert escape_property("50%\r\n:,") == "50%25%0D%0A%3A%2C"


def test_ten_of_a_kind_are_shown_and_the_others_are_counted_in_the_last() -> None:
    errors = [problem(number) for number in range(14)]
    warnings = [problem(number, Kind.WARNING) for number in range(10)]
    found = read("\n".join(commands([*warnings, *errors])))
    assert [one.name for one in found] == ["error"] * 10 + ["warning"] * 10
    assert found[9].message == "Why.\nand 4 more: see the summary"
    assert found[19].message == "Why."


@pytest.mark.parametrize("text", HOSTILE)
def test_an_unmet_criterion_is_an_error_at_its_line_with_reason_and_next_step(
    text: str, tmp_path: Path
) -> None:
    found = unmet(grade(), text, Place(file="lab.py", line=3))
    one = read("\n".join(commands(problems_of(found, places(tmp_path), ()))))[0]
    assert (one.name, one.properties["file"], one.properties["line"]) == ("error", "lab.py", "3")
    assert one.message == visible(f"{text}\n{text}")
    assert one.properties["title"].endswith("(0 of 40 points)")


def test_a_criterion_of_a_grade_that_passes_is_no_error(tmp_path: Path) -> None:
    found = unmet(grade(), "Odd.").model_copy(update={"passed": True})
    kinds = {one.kind for one in problems_of(found, places(tmp_path), OPEN)}
    assert kinds == {Kind.WARNING}


def test_where_every_point_is_asked_for_each_missing_one_is_an_error(tmp_path: Path) -> None:
    first, second = unmet(grade(), "Odd.", Place(file="lab.py", line=3)).criteria
    partly = first.model_copy(update={"id": "p", "verdict": "partial", "earned": 39.0})
    free = first.model_copy(update={"id": "f", "points": 0.0})
    found = grade(criteria=(first, partly, free, second), passed=True)
    problems = problems_of(found, places(tmp_path), OPEN, short=True)
    errors = [one.id for one in problems if one.kind is Kind.ERROR]
    assert errors[:2] == [first.id, "p"]
    assert len(errors) == 2 + len(OPEN)


def test_a_review_is_a_warning_and_a_fault_is_no_error(tmp_path: Path) -> None:
    found = unmet(grade(), "We failed.", verdict="fault")
    found = found.model_copy(update={"reasons": ("Odd.",), "needs_review": True})
    problems = problems_of(found, places(tmp_path), ())
    assert [one.kind for one in problems] == [Kind.WARNING, Kind.WARNING]
    assert problems[1].text == "Odd."


def test_hidden_criteria_are_never_named(tmp_path: Path) -> None:
    first, hidden = grade().criteria
    lost = hidden.model_copy(update={"verdict": "unmet", "earned": 0.0, "reason": "The secret."})
    found = grade(criteria=(first, lost), passed=False)
    printed = "\n".join(commands(problems_of(found, places(tmp_path), ())))
    assert "secret" not in printed
    assert "One criterion is not shown: 0 of 20 points." in printed


def test_a_file_that_was_not_handed_in_is_never_named(tmp_path: Path) -> None:
    found = unmet(grade(), "Odd.", Place(file="../../etc/passwd", line=1))
    (one,) = problems_of(found, places(tmp_path), ())
    assert (one.file, one.line) == ("lab.py", None)


def test_files_are_named_from_the_repository(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    inner = places(tmp_path / "work")
    named = type(inner)(inner.submission, tmp_path)
    assert named.at(Place(file="lab.py", line=2)) == ("work/lab.py", 2)
    assert named.main == "work/lab.py"


def test_each_open_exercise_is_an_error_at_its_first_placeholder(tmp_path: Path) -> None:
    found = unmet(grade(), "Open.")
    problems = problems_of(found, places(tmp_path), OPEN)
    assert [one.text for one in problems[1:]] == [f"{one.title} is still open." for one in OPEN]
    assert [one.line for one in problems[1:]] == [3, 7]
    assert {one.kind for one in problems} == {Kind.ERROR}


@pytest.mark.parametrize(("below", "file"), [(".", "grader.toml"), ("w/ada", "w/ada/grader.toml")])
def test_a_mistake_in_grader_toml_is_shown_at_its_line(
    tmp_path: Path, below: str, file: str
) -> None:
    folder = tmp_path / below
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "grader.toml").write_text("[files]\n\nlab1 = lab1.py\n")
    gate = Gate(Request(assignment="lab1"), folder, tmp_path / "out", tmp_path)
    with pytest.raises(SubmissionError, match="not valid TOML") as caught:
        handed_in(gate, ["lab1"])
    (one,) = refused(gate, caught.value, 2).problems
    assert (one.file, one.line, one.kind) == (file, 3, Kind.ERROR)


def test_what_is_about_no_file_has_no_place(tmp_path: Path) -> None:
    gate = Gate(Request(assignment="lab1"), tmp_path, tmp_path, tmp_path)
    (one,) = refused(gate, DataError("there is no data"), 2).problems
    assert (one.file, one.line) == ("", None)


def test_a_mistake_is_a_warning_at_its_line_with_what_to_do(tmp_path: Path) -> None:
    line = Place(file="lab.py", line=3)
    found = all_visible(grade(diagnosis=(mistake("Softmax ends it.", line),)))
    (one,) = read("\n".join(commands(problems_of(found, places(tmp_path), ()))))
    assert (one.name, one.properties["file"], one.properties["line"]) == ("warning", "lab.py", "3")
    assert one.message == "Softmax ends it. Remove it."


def test_a_possible_mistake_is_a_notice_that_says_how_sure_it_is(tmp_path: Path) -> None:
    found = grade(diagnosis=(mistake("It is slow.", confidence="possible"),))
    (one,) = read("\n".join(commands(problems_of(found, places(tmp_path), ()))))
    assert one.name == "notice"
    assert one.properties["title"] == "Softmax is applied twice (possible: see for yourself)"


def test_with_a_hidden_criterion_a_mistake_tells_nothing_that_was_measured(tmp_path: Path) -> None:
    line = Place(file="lab.py", line=3)
    found = grade(diagnosis=(mistake("Training accuracy came to 49.7 %.", line),))
    (one,) = read("\n".join(commands(problems_of(found, places(tmp_path), ()))))
    assert (one.message, one.properties["line"]) == ("Remove it.", "3")
