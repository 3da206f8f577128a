"""Hostile submissions earn no more than honest ones, and leave and learn nothing."""

import math
from collections.abc import Callable, Iterable

import pytest
from attack import SPARE_S, Attack, Attacked
from hostile_cases import Case, cases

pytestmark = pytest.mark.training

MARKS = {3: pytest.mark.sandbox, 2: pytest.mark.landlock}
SLACK_S = 5
QUICK_LEVEL = 3
"""Where the quick cases run."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test the cases of its rooms, at the levels asked for."""
    rooms = next(mark.args for mark in metafunc.definition.iter_markers("rooms"))
    levels = _levels(metafunc.config)
    metafunc.parametrize(
        ("case", "level"),
        [
            pytest.param(case, level, id=f"{case.name}-{level}", marks=MARKS[level])
            for number, case in enumerate(cases(*rooms))
            for level in levels(number, case)
        ],
    )


def _levels(config: pytest.Config) -> Callable[[int, Case], Iterable[int]]:
    """At which levels a case runs, by its number among those of its test."""
    if config.getoption("--hostile-all"):
        return lambda number, case: MARKS
    if config.getoption("--hostile-each"):
        return lambda number, case: [tuple(MARKS)[number % len(MARKS)]]
    return lambda number, case: [QUICK_LEVEL] if case.given.get("quick") else []


@pytest.mark.rooms("forging", "escaping")
def test_a_hostile_submission_gains_nothing(case: Case, level: int, attack: Attack) -> None:
    done = attack(case, level)
    _nothing_got_out(case, done)
    _graded(case, done)
    _as_expected(case, done)
    outcome = case.expect["outcome"]
    best = case.expect.get("max_score")
    if case.twin is not None and outcome == "contained":
        honest = attack(case.twin, level)
        _graded(case.twin, honest)
        best = honest.score if best is None else min(best, honest.score)
    if best is not None:
        assert done.score <= best, _story(done)
    assert done.grade is not None
    if outcome == "open":  # once it is noticed, the case and the page on security must say so
        assert not done.grade["needs_review"], _story(done)
    if outcome == "flagged":
        assert done.grade["needs_review"], _story(done)
        assert done.grade["provisional"], _story(done)
        assert done.exit == 3, _story(done)


@pytest.mark.rooms("honest")
def test_an_honest_program_that_looks_like_an_attack_earns_everything(
    case: Case, level: int, attack: Attack
) -> None:
    done = attack(case, level)
    _nothing_got_out(case, done)
    _graded(case, done)
    assert done.grade is not None
    assert done.grade["flags"] == [], _story(done)
    assert not done.grade["needs_review"], _story(done)
    assert done.score == done.grade["max_score"], _story(done)
    assert done.exit == 0


def _nothing_got_out(case: Case, done: Attacked) -> None:
    assert done.leaked == ()
    assert done.alive == ()
    assert done.changed == ()
    assert done.exit in (0, 1, 3), done.stderr[-2000:]
    assert done.wall_s <= case.wall_s + SPARE_S, _story(done)


def _graded(case: Case, done: Attacked) -> None:
    """A grader that breaks gives no points either: that is not what containing means."""
    assert done.grade is not None, done.stderr[-2000:]
    run = done.grade["run"]
    assert run["wall_s"] <= case.wall_s + SLACK_S
    assert run["peak_rss_mb"] < 2 * case.limits.get("memory_mb", math.inf)
    broken = run["outcome"] == "fault"
    assert broken == case.expect.get("fault", False), _story(done)
    assert (done.grade["score"] is None) == broken, _story(done)


def _as_expected(case: Case, done: Attacked) -> None:
    wanted = case.expect
    exits = wanted.get("exit", [0, 1, 3])
    assert done.exit in (exits if isinstance(exits, list) else [exits]), _story(done)
    reasons = " | ".join((done.grade or {}).get("reasons", ()))
    for words in wanted.get("review", ()):
        assert words in reasons, _story(done)
    if "ending" in wanted and done.grade is not None:
        assert done.grade["run"]["outcome"] in wanted["ending"], _story(done)


def _story(done: Attacked) -> str:
    """What happened, for whoever reads the failure."""
    grade = done.grade or {}
    lines = [f"exit {done.exit} after {done.wall_s:.0f} s, score {grade.get('score')}"]
    lines.append(f"run: {grade.get('run')}")
    lines += [f"review: {reason}" for reason in grade.get("reasons", ())]
    lines += [
        f"{one['id']}: {one['verdict']} {one['earned']} – {one['found']}"
        for one in grade.get("criteria", ())
    ]
    measured = grade.get("measurements", {})
    lines += [f"note: {note}" for note in grade.get("notes", ())]
    lines.append(str({key: measured.get(key) for key in ("train_accuracy", "valid_accuracy")}))
    return "\n".join([*lines, done.stderr[-1000:]])
