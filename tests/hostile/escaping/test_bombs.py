"""Submissions that take all there is, under limits so small that nobody beside them notices.

Limits are an assignment's own, and ``grader check`` has no option for them: the same path is walked
here without the command.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from attack import Range

from grader.discovery import find_submission
from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.pipeline import Request, check_submission, prepare
from grader.pipeline.setup import standard
from grader.sandbox.choose import BACKENDS, Chosen, isolation_of

pytestmark = pytest.mark.training

WALL_S = 40
PRIVATE = """
import os
hoard = []
while True:
    hoard.append(bytearray(os.urandom(4096) * 2560))
"""
SHARED = """
import mmap, os
for _ in range(3):
    os.fork()
hoard = []
while True:
    hoard.append(mmap.mmap(-1, 4 * 1024 * 1024))
    hoard[-1].write(os.urandom(4096) * 1024)
"""
DISK = """
import os
block, kept = bytes(4 * 1024 * 1024), []
while True:
    for top in (".", "../outbox", os.environ["TMPDIR"]):
        try:
            kept.append(open(f"{top}/{len(kept)}", "wb", buffering=0))
            kept[-1].write(block)
            if len(kept) % 5 == 0:
                os.unlink(kept[-1].name)
        except OSError:
            kept.clear()
"""
BOMBS = {
    "private memory": (PRIVATE, {"memory_mb": 900}, {Outcome.MEMORY}),
    "shared memory of many": (SHARED, {"memory_mb": 1500}, {Outcome.MEMORY}),
    "disk, with and without names": (DISK, {"disk_mb": 48}, {Outcome.ERROR}),
}
LEVELS = [
    pytest.param(3, marks=pytest.mark.sandbox),
    pytest.param(2, marks=pytest.mark.landlock),
]
Check = Callable[..., Grade]


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Grade a program at a level, with these limits instead of the assignment's."""
    user = Range(tmp_path_factory.mktemp("bombs"), 0)
    setup = prepare(Request("lab1", course=user.course, data=user.data, device="cpu", threads=1))
    judged_by = standard(setup.course, "lab1", setup.data.profile)

    def check(program: str, level: int, **limits: float) -> Grade:
        backend = next(one for one in BACKENDS if one.level == level)
        path = tmp_path_factory.mktemp("handed-in") / "bomb.py"
        path.write_text(program)
        changed = setup.assignment.limits.model_copy(update={"wall_s": WALL_S, **limits})
        used = replace(
            setup,
            assignment=setup.assignment.model_copy(update={"limits": changed}),
            chosen=Chosen(backend, isolation_of(backend)),
            reruns=0,
        )
        return check_submission(find_submission(path), used, judged_by)[1]

    return check


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_at_its_limit_and_earns_nothing_for_it(
    name: str, level: int, check: Check, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--hostile-all", default=False):
        pytest.skip("only with --hostile-all")
    program, limits, endings = BOMBS[name]
    grade = check(program, level, **limits)
    assert grade.run.outcome in endings
    assert grade.run.wall_s < WALL_S
    assert grade.run.peak_rss_mb < 2 * limits.get("memory_mb", 1000)
    assert not grade.passed
    crashing = check("raise RuntimeError('not finished')\n", level)
    assert (grade.score or 0) <= (crashing.score or 0)
