"""One submission of a class, and what may be a matter of who ran beside it."""

import errno
import zipfile
from pathlib import Path

import pytest
from builders import claims, run_figures, unmeasured
from classes import evidence_of
from data_files import write_mnist
from fakes import TRAIN, VALID, Actors, use

from grader.batch import one
from grader.batch.one import crowded, grade_one
from grader.batch.work import Graded, Lost, Refused, Work
from grader.discovery import find, origin_of
from grader.model.claims import Crash
from grader.model.evidence import Evidence, GapKind
from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.pipeline import Request, prepare
from grader.pipeline.setup import standard


class Deaf:
    def listen(self, line):
        """Nobody listens."""

    def again(self, attempt):
        """Nobody listens."""


@pytest.fixture
def graded(tmp_path, monkeypatch):
    """Grade a piece of work that actors play."""
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    use(monkeypatch, Actors())
    data = write_mnist(tmp_path / "data", TRAIN, VALID)
    setup = prepare(Request("lab1", data=data, device="cpu", threads=1, gpu_mb=100.0))
    judged_by = standard(setup.course, "lab1", setup.data.profile)
    (tmp_path / "lab.py").write_text("x = 1\n")
    return lambda work: grade_one(work, setup, judged_by, Deaf())


def test_a_result_says_whose_it_is_and_where_it_came_from(graded, tmp_path):
    came_from = origin_of(Path("class.zip", "ada.py"))
    event = graded(Work("ada", tmp_path / "lab.py", origin=came_from))
    assert isinstance(event, Graded)
    evidence = Evidence.model_validate_json(event.files["evidence.json"])
    grade = Grade.model_validate_json(event.files["grade.json"])
    assert (grade.student, evidence.submission.origin) == ("ada", came_from)
    assert evidence.work
    assert not event.crowded
    assert {"report.html", "stdout.txt", "stderr.txt"} <= set(event.files)


def test_what_cannot_be_opened_is_refused_with_the_reason(graded, tmp_path):
    event = graded(Work("ada", tmp_path / "gone.py"))
    assert isinstance(event, Refused)
    assert "there is nothing at" in event.reason


def test_without_room_to_unpack_it_is_no_submissions_fault(graded, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "ada.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lab.py", "x = 1\n")
    monkeypatch.setattr(find, "unpack", full)
    event = graded(Work("ada", path))
    assert isinstance(event, Lost)
    assert "make room on the disk" in event.reason


def test_a_report_that_cannot_be_made_costs_no_run(graded, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("<planned>")

    monkeypatch.setattr(one, "render_pages", broken)
    event = graded(Work("ada", tmp_path / "lab.py"))
    assert isinstance(event, Graded)
    assert b"&lt;planned&gt;" in event.files["report.html"]
    assert b"'grader report'" in event.files["report.html"]


def test_a_failure_nobody_foresaw_ends_no_class(graded, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("planned")

    monkeypatch.setattr(one, "result_files", broken)
    event = graded(Work("ada", tmp_path / "lab.py"))
    assert isinstance(event, Lost)
    assert "ZeroDivisionError: planned" in event.reason


SHORT = claims(crash=Crash(type="OutOfMemoryError", message="CUDA out of memory. Tried to"))
OTHER = claims(crash=Crash(type="RuntimeError", message="mat1 and mat2 shapes"))
ENDED = run_figures(Outcome.MEMORY)
MANY = claims(
    crash=Crash(type="BlockingIOError", message="[Errno 11] Resource temporarily unavail")
)
KILLED = run_figures(Outcome.SIGNAL, signal="SIGKILL")
BUSY = run_figures(Outcome.TIMEOUT, wall_s=100.0, cpu_s=97.0)
KEPT = run_figures(Outcome.TIMEOUT, wall_s=100.0, cpu_s=40.0)
ASLEEP = run_figures(Outcome.TIMEOUT, wall_s=100.0, cpu_s=3.0)
UNTRAINED = claims(trace=None)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (evidence_of("ada"), False),
        (evidence_of("ada", device="cuda:0"), False),
        (evidence_of("ada", device="cuda:0", claims=SHORT), True),
        (evidence_of("ada", device="cuda:0", run=ENDED), True),
        (evidence_of("ada", device="cuda:0", claims=OTHER), False),
        (evidence_of("ada", run=ENDED), False),
        (evidence_of("ada", claims=MANY), True),
        (evidence_of("ada", run=KILLED), True),
        (evidence_of("ada", run=BUSY), False),
        (evidence_of("ada", run=KEPT), True),
        (evidence_of("ada", run=KEPT, claims=UNTRAINED), True),
        (evidence_of("ada", run=ASLEEP), True),
        (evidence_of("ada", run=ASLEEP, claims=UNTRAINED), False),
        (evidence_of("ada", run=BUSY, device="cuda:0"), True),
        (evidence_of("ada", run=BUSY, device="cuda:0", claims=UNTRAINED), False),
        (unmeasured(GapKind.FAULT), True),
        (evidence_of("ada", run=run_figures(Outcome.FAULT)), True),
    ],
    ids=["cpu", "gpu", "gpu full", "share used up", "wrong", "too large", "too many", "killed",
         "loops", "was kept from work", "was kept from training", "trained slowly", "sleeps",
         "waited for the gpu", "loops beside a gpu", "gap", "fault"],
)  # fmt: skip
def test_what_others_may_have_caused_is_told_from_what_nobody_else_did(found, expected):
    assert crowded(found) is expected
