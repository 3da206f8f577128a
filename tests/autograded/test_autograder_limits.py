"""The autograder in what Gradescope gives it: 768 MB of memory and half a core."""

import tempfile
from pathlib import Path

import pytest
from container import ROOT, Container

from grader.sandbox import other_user

limits = pytest.importorskip("benchmarks.container", reason="needs the checkout's benchmarks")
MEMORY_MB, CORES, LONGEST_S = 768, 0.5, 60


@pytest.fixture
def walkable():
    """A container that everybody can walk to, as the real one: pytest's own folders are closed."""
    if not other_user.possible():
        pytest.skip("needs root: only root can be somebody else")
    try:
        limits.group("lab-grader-tried", MEMORY_MB, CORES).remove()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        Path(folder).chmod(0o755)
        yield Container(Path(folder))


@pytest.mark.thorough
@pytest.mark.training
def test_within_its_memory_and_half_a_core_a_right_submission_is_graded(walkable):
    walkable.hand_in("lab.py", (ROOT / "reference" / "lab1_mnist_mlp.py").read_text())
    limits.prepare(walkable.root, walkable.home)
    ran = limits.graded(walkable.root, walkable.home, MEMORY_MB, CORES)
    assert (ran.code, ran.kills) == (0, 0)
    assert walkable.document()["score"] == 100
    assert ran.peak_mb < MEMORY_MB
    assert ran.wall_s < LONGEST_S
    assert ran.cpu_s < CORES * ran.wall_s + 2, "the share of a core was kept"
