"""A run with a part of the validation set held out, actors in place of the sandboxes."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from data_files import idx, some_images, write_mnist
from fakes import VALID, Actors, Task, scores_of, train_honestly, use

from grader.data import locate
from grader.discovery import find_submission
from grader.errors import DataError, IsolationError
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.model.run import Outcome, ProcessEnd
from grader.pipeline import Request, check_submission, prepare
from grader.pipeline.setup import standard
from grader.sandbox.interface import Job

VALID_IMAGES = some_images(100, seed=9)
KNOWN = {
    image.tobytes(): number % 10
    for images in (some_images(100), VALID_IMAGES)
    for number, image in enumerate(images)
}
"""The label of every image there is."""

Run = Callable[..., tuple[Evidence, Grade]]

MOVED = {"parameters": 2, "moved": 2, "relative_distance": 0.8}


def network(wrong: str, share: float = 1.0) -> Callable[[Job, Task], ProcessEnd]:
    """A network that is right but on a ``share`` of the split called ``wrong``."""

    def answer(job: Job, task: Task) -> ProcessEnd:
        document = {"refused": None, "layers": [{"kind": "linear"}], "parameters": 7850}
        document |= {"moved": MOVED, "settled": 0.4}
        (job.outbox / "result.json").write_text(json.dumps(document))
        for one in task["predictions"]:
            images = np.load(job.inputs["images"] / f"{one['split']}.npy")
            labels = np.array([KNOWN[image.tobytes()] for image in images])
            if one["split"] == wrong:
                labels[: round(share * len(labels))] += 1
            scores = 9 * np.eye(10, dtype=np.float32)[labels % 10]
            np.save(job.outbox / f"logits-{one['split']}-{one['snapshot']}.npy", scores)
        np.save(job.outbox / "logits-live.npy", scores_of(VALID))
        return ProcessEnd(outcome=Outcome.OK, exit_code=0)

    return answer


@pytest.fixture
def request_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Request]:
    """A request for lab 1 with ten validation images of each class."""
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    data = write_mnist(tmp_path / "data", 100, 100)
    (data / "MNIST/raw/t10k-images-idx3-ubyte").write_bytes(idx(VALID_IMAGES))
    (tmp_path / "lab.py").write_text("print('the submission ran')\n")

    def made(**more: float | None) -> Request:
        return Request("lab1", data=data, device="cpu", threads=1, reruns=0, **more)  # type: ignore[arg-type]

    return made


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_of: Callable[..., Request]) -> Run:
    """Grade what ``actors`` play, with ``holdout`` held out."""

    def grade(actors: Actors, holdout: float | None = 0.2) -> tuple[Evidence, Grade]:
        use(monkeypatch, actors)
        setup = prepare(request_of(holdout=holdout))
        judged_by = standard(setup.course, "lab1", setup.data.profile)
        examined, found = check_submission(find_submission(tmp_path / "lab.py"), setup, judged_by)
        return examined.evidence, found

    return grade


def test_an_honest_network_is_measured_on_both_parts_and_needs_nobody(run: Run) -> None:
    _, grade = run(Actors(evaluator=network("none")))
    assert (grade.measurements.valid_accuracy, grade.measurements.holdout_accuracy) == (1, 1)
    found = grade.measurements.holdout
    assert found is not None
    assert (found.share, found.images, found.clusters, found.all_clusters) == (0.2, 20, 20, 100)
    assert [one.gap for one in found.snapshots] == [0, 0]
    assert [one.name for one in found.snapshots] == ["epoch-00004", "epoch-00005"]
    assert grade.flags == ()
    assert sum(sum(row) for row in grade.measurements.confusion) == 80
    assert any("20 of the 100 validation images" in note for note in grade.notes)


def test_a_network_that_knows_the_visible_images_is_flagged_and_loses_nothing(run: Run) -> None:
    _, honest = run(Actors(evaluator=network("none")))
    _, grade = run(Actors(evaluator=network("holdout", 0.6)))
    assert grade.needs_review
    assert any("held out, the final model is right in 40.0%, 60.0" in one for one in grade.flags)
    assert grade.score == honest.score
    document = grade.document()["measurements"]
    assert document["holdout_accuracy"] == pytest.approx(0.4)
    last = document["holdout"]["snapshots"][-1]
    assert last["gap"] == pytest.approx(0.6)
    assert 0 < last["detectable_gap"] < 0.6


def test_a_gap_that_chance_explains_is_no_flag(run: Run) -> None:
    _, grade = run(Actors(evaluator=network("holdout", 0.05)))
    found = grade.measurements.holdout
    assert found is not None
    assert 0 < found.final.gap <= found.final.detectable_gap
    assert grade.flags == ()


def test_doing_better_on_what_was_held_out_is_no_flag(run: Run) -> None:
    _, grade = run(Actors(evaluator=network("valid", 0.5)))
    assert grade.measurements.holdout_accuracy == 1
    assert grade.measurements.valid_accuracy == 0.5
    assert grade.flags == ()


def test_the_students_process_gets_no_hidden_image_and_the_other_no_label(run: Run) -> None:
    seen: dict[str, set[bytes]] = {}

    def student(job: Job) -> ProcessEnd:
        data = locate.load("mnist", job.inputs["data"], practice=False)
        seen["valid"] = {image.tobytes() for image in data.valid.images}
        return train_honestly(job)

    def other(job: Job, task: Task) -> ProcessEnd:
        hidden = np.load(job.inputs["images"] / "holdout.npy")
        seen["holdout"] = {image.tobytes() for image in hidden}
        seen["names"] = {path.name.encode() for path in job.inputs["images"].iterdir()}
        return network("none")(job, task)

    actors = Actors(student=student, evaluator=other)
    run(actors)
    assert (len(seen["valid"]), len(seen["holdout"])) == (80, 20)
    assert not seen["valid"] & seen["holdout"]
    assert seen["names"] == {b"train.npy", b"valid.npy", b"holdout.npy"}
    mine = next(job for job in actors.jobs if "submission" in job.inputs)
    assert {"data", "cache"} <= {path.name for path in mine.hidden}


def test_without_the_option_nothing_is_held_out(run: Run) -> None:
    _, grade = run(Actors(evaluator=network("none")), holdout=None)
    assert grade.measurements.holdout_accuracy is None
    assert grade.measurements.holdout is None
    assert sum(sum(row) for row in grade.measurements.confusion) == 100


def test_without_isolation_nothing_is_held_out_unless_asked_in_so_many_words(
    monkeypatch: pytest.MonkeyPatch, request_of: Callable[..., Request]
) -> None:
    use(monkeypatch, Actors(level=0))
    with pytest.raises(IsolationError, match=r"at level 0 .* --isolation 0 added"):
        prepare(request_of(holdout=0.2))
    data = prepare(request_of(holdout=0.2, isolation=0)).data
    assert data.holdout is not None
    assert len(data.valid) == 80


@pytest.mark.parametrize("level", [2, 3])
def test_with_isolation_there_is_nothing_to_ask(
    monkeypatch: pytest.MonkeyPatch, request_of: Callable[..., Request], level: int
) -> None:
    use(monkeypatch, Actors(level=level))
    assert prepare(request_of(holdout=0.2)).data.holdout is not None


def test_a_wrong_share_does_not_wait_for_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"--holdout 1 is not a share"):
        prepare(Request("lab1", data=tmp_path / "nothing", holdout=1))
