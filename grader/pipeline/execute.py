"""Sandbox A: runs a submission under the probe."""

import json
import os
import shutil
from pathlib import Path

from grader.data.intact import damage
from grader.data.stage import file_names, public_folder
from grader.errors import CallerError
from grader.model.run import ProcessEnd
from grader.model.source import SourceLook
from grader.model.submission import Submission
from grader.pipeline.faults import unexpected
from grader.pipeline.setup import Setup
from grader.sandbox.handed import fault
from grader.sandbox.interface import Job, Watch

PROBE = Path(__file__).parent.parent / "probe"
DATA = "data/"


def environment(setup: Setup) -> dict[str, str]:
    """What both sandboxes need besides what every job is given: see ``sandbox.layout``."""
    return {
        "PYTHONHASHSEED": str(setup.seed % 2**32),
        # Without a compiler torch.compile fails, and on a CPU it is slow: run eagerly.
        "TORCH_COMPILE_DISABLE": "1",
        "MPLBACKEND": "Agg",
    }


FOR_STUDENT_CODE = {
    # Nothing can or may be installed: fail at once instead of after many tries.
    "PIP_NO_INDEX": "1",
    "PIP_RETRIES": "0",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    # A program may read back a whole model it saved: it runs its own code here anyway.
    "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1",
}


def execute(
    submission: Submission, source: SourceLook, setup: Setup, scratch: Path, watch: Watch | None
) -> ProcessEnd:
    """Run ``submission``; its claims are in ``scratch/outbox`` afterwards.

    What keeps it from being run, or us from learning how it ended, is a fault in the result.
    Raises DataError where the caller can do something about it.
    """
    wrong = damage(setup.data)
    if wrong is not None:
        return fault(_changed(wrong))
    try:
        job = _job(submission, source, setup, scratch)
        end = setup.chosen.backend.run(job, watch)
    except CallerError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not the student's
        return fault(f"The run could not be prepared: {unexpected(error)}.")
    wrong = damage(setup.data)  # whatever the program did, it was not given what it should be
    return end if wrong is None else fault(_changed(wrong), end)


def _changed(wrong: str) -> str:
    return f"The data cannot be used: {wrong}. Put it back."


def _job(submission: Submission, source: SourceLook, setup: Setup, scratch: Path) -> Job:
    """Lay everything out that the run of ``submission`` is shown."""
    return Job(
        command=("grader_probe/start.py",),
        inputs={
            "grader_probe": PROBE,
            "submission": _staged(submission, scratch / "submission"),
            "settings": _settings(submission, source, setup, scratch / "settings"),
            "data": _data(submission, source, setup, scratch),
        },
        outbox=scratch / "outbox",
        limits=setup.assignment.limits,
        environment=environment(setup) | FOR_STUDENT_CODE,
        hidden=_hidden(setup),
        gpu=None if setup.device == "cpu" else setup.device,
        gpu_mb=setup.gpu_mb,
    )


def _hidden(setup: Setup) -> tuple[Path, ...]:
    """What student code must not read, wherever it lies: the course, and images held out."""
    holdout = setup.data.holdout
    return (*setup.course.private_folders(), *(holdout.private if holdout else ()))


def _staged(submission: Submission, target: Path) -> Path:
    """Copy just the submission's files: nothing else beside them is anyone's business."""
    target.mkdir()
    for name in submission.files:
        if not name.startswith(DATA):
            _copy(submission.folder / name, target / name)
    return target


def _data(submission: Submission, source: SourceLook, setup: Setup, scratch: Path) -> Path:
    """The data, and where a submission has a package of that name, what it holds beside it.

    Both lie at one place: a program finds ``data/`` in its working directory.
    """
    folder = public_folder(setup.data, scratch / "data", kaggle=source.reads_kaggle)
    own = [name for name in submission.files if name.startswith(DATA)]
    if not own:
        return folder
    both = scratch / "both"
    shutil.copytree(folder, both / DATA, copy_function=_link)
    for place in (both / DATA, *(path for path in (both / DATA).rglob("*") if path.is_dir())):
        place.chmod(0o755)  # a folder that may only be read is copied as one
    for name in own:
        if not any(path.is_file() for path in (both / name, *(both / name).parents)):
            _copy(submission.folder / name, both / name)  # nothing of the data is ever replaced
    return both / DATA


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _link(source: str, target: str) -> None:
    """Spare a copy of a hundred megabytes; across file systems there is no other way."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _settings(submission: Submission, source: SourceLook, setup: Setup, target: Path) -> Path:
    target.mkdir(parents=True)
    assignment = setup.assignment
    document = {
        "main": submission.main,
        "kind": submission.kind.value,
        "seed": setup.seed,
        "train_size": len(setup.data.train),
        "snapshots": assignment.snapshots,
        "cell_s": assignment.limits.cell_s,
        "classes": len(assignment.classes),
        "graded_model": assignment.graded_model,
        "stand_ins": source.stand_ins,
        "data_files": file_names(setup.data, kaggle=source.reads_kaggle),
        "mentions": source.mentions,
        "skipped_cells": source.skipped_cells,
        "stop_after": setup.stop_after,
    }
    (target / "settings.json").write_text(json.dumps(document))
    return target
