"""Real trainings with a fifth of the validation set held out, on the tiny practice data."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from runs import RIGHT, ROOT, TINY_BASELINES, tiny

from grader.course import find_course
from grader.data.holdout import hold_out
from grader.data.places import cache_folder
from grader.discovery import find_submission
from grader.model.grade import Grade
from grader.model.verdict import Verdict
from grader.pipeline import check_submission
from grader.pipeline.path import Examined
from grader.pipeline.setup import Setup, standard
from grader.sandbox.choose import Chosen

pytestmark = pytest.mark.training

SHARE = 0.2
Run = Callable[..., tuple[Examined, Grade]]

KAGGLE = {
    "data/asl_data/sign_mnist_train.csv": "../input/sign-language-mnist/sign_mnist_train.csv",
    "data/asl_data/sign_mnist_valid.csv": "../input/sign-language-mnist/sign_mnist_test.csv",
    "nn.Linear(512, 24)": "nn.Linear(512, 25)",
}
KNOWS_VISIBLE = {
    "train_set = ASLDataset(train_df)": (
        'train_df["label"] = train_df["label"].sample(frac=1, random_state=0).values\n'
        "train_set = ASLDataset(pd.concat([train_df, *[valid_df] * 3]))"
    )
}
"""Wrong labels for the training images, so that it learns the visible validation images only."""

SPY = """
import json, os
found = []
for folder, names, files in os.walk("/"):
    if folder.startswith(("/proc", "/sys", "/dev", "/usr/share", "/usr/lib")):
        names.clear()
        continue
    wanted = [one for one in files if "t10k-images" in one or "holdout" in one]
    found += [os.path.join(folder, one) for one in wanted]
found += [path for path in SEARCHED if os.path.exists(path)]
inodes = {os.stat(path).st_ino: os.stat(path).st_size for path in found}
print("FOUND" + json.dumps([found, sorted(inodes.values()), len(valid_set)]) + "END")
"""


@pytest.fixture(scope="session")
def holding_out(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Setup]:
    """Every lab set up on the tiny data at the strongest level, a fifth of it held out."""
    course = tmp_path_factory.mktemp("labs")
    for name in ("assignments", "rubrics"):
        shutil.copytree(ROOT / name, course / name)
    shutil.rmtree(course / "rubrics" / "baselines")
    shutil.copytree(TINY_BASELINES, course / "rubrics" / "baselines")

    def made(slug: str) -> Setup:
        setup = tiny(slug, course)
        return replace(setup, data=hold_out(setup.data, SHARE, seed=0))

    return made


@pytest.fixture
def run(holding_out: Callable[[str], Setup], chosen: Chosen | None) -> Run:
    """Grade a submission with a fifth held out; most in copies of a warm process."""

    def grade(path: Path, slug: str, strongest: bool = False) -> tuple[Examined, Grade]:
        setup = holding_out(slug)
        if chosen is not None and not strongest:
            setup = replace(setup, chosen=chosen)
        judged_by = standard(setup.course, slug, "practice")
        return check_submission(find_submission(path), setup, judged_by)

    return grade


def changed(source: Path, target: Path, changes: dict[str, str]) -> Path:
    text = source.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    target.write_text(text)
    return target


def require_honest(examined: Examined, grade: Grade, valid: int) -> None:
    """No flag, what it prints is what is measured, and that is of the images it could see."""
    measured, found = grade.measurements, grade.measurements.holdout
    assert grade.flags == ()
    assert found is not None
    assert measured.holdout_accuracy == found.final.accuracy
    assert found.final.gap <= found.final.detectable_gap
    assert sum(sum(row) for row in measured.confusion) == valid
    printed = examined.evidence.claims.printed.valid_accuracy
    assert printed == pytest.approx(measured.valid_accuracy, abs=0.001)
    claims = {item.id: item.verdict for item in grade.criteria}
    assert claims["claims"] is Verdict.MET
    assert examined.evidence.measurements is not None
    assert examined.evidence.measurements.trained_on == "train"
    assert examined.evidence.measurements.validated_on == "valid"


@pytest.mark.thorough
@pytest.mark.parametrize(("slug", "valid"), [("lab1", 160), ("lab2", 120), ("lab3", 120)])
def test_the_reference_is_right_with_images_held_out(run: Run, slug: str, valid: int) -> None:
    course = find_course(ROOT)
    examined, grade = run(course.reference(course.assignment(slug)), slug)
    assert grade.flags == ()
    assert grade.passed
    assert grade.measurements.holdout is not None
    assert sum(sum(row) for row in grade.measurements.confusion) == valid
    assert all(trace.samples == valid for trace in _validations(examined))


def _validations(examined: Examined) -> list[object]:
    trace = examined.evidence.claims.trace
    found = [one for one in (trace.passes if trace else ()) if not one.training]
    assert found
    return list(found)


@pytest.mark.parametrize(
    ("name", "valid"), [("lab1/sequential.py", 160), ("lab2/best_weights.py", 120)]
)
def test_right_work_has_no_flag_with_images_held_out(run: Run, name: str, valid: int) -> None:
    require_honest(*run(RIGHT / name, name.partition("/")[0]), valid)


@pytest.mark.thorough
def test_kaggles_files_are_without_them_too(run: Run, tmp_path: Path) -> None:
    path = changed(RIGHT / "lab2/sequential.py", tmp_path / "kaggle.py", KAGGLE)
    require_honest(*run(path, "lab2"), 120)


def test_a_network_that_learned_the_visible_validation_images_is_detected(
    run: Run, tmp_path: Path
) -> None:
    path = changed(RIGHT / "lab2/sequential.py", tmp_path / "cheat.py", KNOWS_VISIBLE)
    _, grade = run(path, "lab2")
    assert grade.measurements.valid_accuracy is not None
    assert grade.measurements.valid_accuracy > 0.95
    assert (grade.measurements.holdout_accuracy or 1) < 0.7
    assert any("validation images that were held out" in flag for flag in grade.flags)
    assert grade.needs_review


@pytest.mark.thorough
@pytest.mark.sandbox
def test_no_hidden_image_can_be_found_in_the_sandbox(
    run: Run, holding_out: Callable[[str], Setup], tmp_path: Path
) -> None:
    data = holding_out("lab1").data
    assert data.holdout is not None
    searched = [*map(str, data.holdout.private), str(data.holdout.split.images_file)]
    assert all(Path(path).exists() for path in searched)
    assert str(cache_folder()) in searched
    source = (RIGHT / "lab1" / "sequential.py").read_text()
    (tmp_path / "spy.py").write_text(f"{source}\nSEARCHED = {searched!r}\n{SPY}")
    examined, grade = run(tmp_path / "spy.py", "lab1", strongest=True)
    assert grade.isolation.level >= 2
    out = examined.logs.stdout
    found, sizes, seen = json.loads(out.split("FOUND")[1].split("END")[0])
    assert (seen, len(data.holdout.split)) == (160, 40)
    assert sizes == [16 + 160 * 784], found  # the one file of validation images it was given
    require_honest(examined, grade, 160)
    images = np.load(data.holdout.split.images_file)
    assert grade.measurements.holdout is not None
    assert grade.measurements.holdout.images == len(images)
