"""Hand-built classes: small ones with chosen students, and large ones that look like real life."""

import random
from datetime import UTC, datetime, timedelta

from report_cases import ATTACK, assignment, criterion, evidence, grade

from grader.model.roll import Entry, Layout, NotGraded, Roll, Student
from grader.reports.class_members import Graded
from grader.reports.class_page import render_class

MADE = datetime(2026, 11, 28, 8, 30, tzinfo=UTC)
DUE = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
RUBRIC = {
    "exercises": ("No placeholder is left in the code", 10),
    "completes": ("The program runs to its end", 10),
    "trained": ("The program trains its network", 10),
    "architecture": ("The network has convolution, pooling and dropout", 20),
    "training-accuracy": ("It learns its training images", 10),
    "validation-accuracy": ("It recognises unseen letters, well above lab 2", 30),
    "gap": ("The gap between seen and unseen images is closed", 10),
    "claims": ("What it prints is what we measure", 0),
}
LAYERS = (
    "1 dropout layer needed, 0 found.",
    "2 conv2d layers needed, 1 found.",
    "The last layer applies Softmax and CrossEntropyLoss applies it again.",
)
FLAGS = (
    "The running model and its captured graph answer differently on 7 of 64 images.",
    "The parameters hardly moved while the program trained: it may have been trained elsewhere.",
)
FAULT = "The grader could not run your program: the sandbox did not start."
GIVEN = "Ada Émile Grace Alan Sofia Noor Wei Yusuf Ingrid Chidi María Tomasz Aylin Jürgen".split()
FAMILY = "Lovelace Zölle Hopper Turing Kovalevskaya Haddad Zhang Demir Ek Okafor Sáez Nowak".split()

PATTERN = grade(evidence(), [criterion("trained", "met")])
"""A grade to copy: validating each of a thousand anew would take most of a test's time."""


def graded(student="ada", verdicts=("met",), *, entry=None, folder=None, criteria=None, **more):
    """One grade with criteria ``c0``, ``c1`` … of ten points each, or those given.

    ``more`` replaces fields of the grade; a ``valid`` among it is the validation accuracy.
    """
    documents = criteria or [criterion(f"c{i}", one) for i, one in enumerate(verdicts)]
    maximum = sum(one["points"] for one in documents)
    score = more.pop("score", sum(one["earned"] for one in documents))
    measured = {"valid_accuracy": more.pop("valid", 0.94), "train_accuracy": more.pop("train", 1.0)}
    run = {"wall_s": more.pop("wall_s", 400.0), "peak_rss_mb": more.pop("rss_mb", 1400.0)}
    waits = bool(more.get("reasons"))
    update = {
        "student": student,
        "score": score,
        "max_score": maximum,
        "pass_mark": 0.7 * maximum,
        "passed": score is not None and score >= 0.7 * maximum,
        "provisional": waits,
        "needs_review": waits,
        "criteria": tuple(map(type(PATTERN.criteria[0]).model_validate, documents)),
        "measurements": PATTERN.measurements.model_copy(update=measured),
        "run": PATTERN.run.model_copy(update=run),
    }
    return Graded(folder or student, PATTERN.model_copy(update=update | more), entry)


def roll(*entries, left=(), missing=()):
    """A roll in the plain layout."""
    return Roll(assignment="lab3", layout=Layout.PLAIN, entries=entries, left=left, missing=missing)


def page(roll=None, graded=()):
    """The page of a class of lab 3."""
    return render_class(roll, graded, assignment(), MADE)


def classroom(count, seed=1):
    """A class of ``count`` submissions as they are in real life; a roll and its grades."""
    luck = random.Random(seed)
    entries = tuple(_entry(i, luck) for i in range(count))
    grades = [_like_real_life(entry, luck) for entry in entries if luck.random() > 0.01]
    left = (
        NotGraded(source="late/IMG_2041.heic", reason="This is a picture: ask for the notebook."),
        NotGraded(
            source="s9001/work.rar",
            student="s9001",
            reason="A RAR archive is not opened: ask for a zip.",
        ),
    )
    missing = tuple(
        Student(student=f"s8{i:03}", name=_name(luck), section="B") for i in range(count // 15)
    )
    return roll(*entries, left=left, missing=missing), grades


def _name(luck):
    return f"{luck.choice(GIVEN)} {luck.choice(FAMILY)}"


def _entry(number, luck):
    late = luck.choice((None,) * 9 + (luck.uniform(60, 300_000),))
    return Entry(
        student=f"s{1000 + number}",
        source=f"s{1000 + number}/lab3.ipynb",
        name=_name(luck),
        section=luck.choice("AB"),
        submitted=DUE + timedelta(seconds=late or -luck.uniform(0, 90_000)),
        late_s=late,
    )


def _like_real_life(entry, luck):
    kind = luck.choices(
        ("right", "layers", "weak", "crash", "unfinished", "flagged", "fault"),
        (50, 16, 14, 8, 5, 4, 2),
    )[0]
    valid = {"weak": luck.uniform(0.6, 0.9), "layers": luck.uniform(0.75, 0.93)}.get(
        kind, min(0.99, luck.gauss(0.955, 0.02))
    )
    more = {"flagged": {"flags": FLAGS[:1], "reasons": FLAGS[:1]}}.get(kind, {})
    if kind == "flagged" and luck.random() < 0.4:
        more = {"flags": FLAGS, "reasons": FLAGS}
    if kind == "fault":
        more = {"reasons": (FAULT,), "score": None}
    if kind in ("crash", "unfinished", "fault"):
        more |= {"valid": None, "train": None}
    return graded(
        entry.student,
        entry=entry,
        criteria=[_criterion(id, kind, valid, luck) for id in RUBRIC],
        train=more.pop("train", min(1.0, luck.gauss(0.995, 0.004))),
        valid=more.pop("valid", valid),
        wall_s=luck.lognormvariate(6, 0.3),
        rss_mb=luck.gauss(1450, 120),
        **more,
    )


def _criterion(id, kind, valid, luck):
    title, points = RUBRIC[id]
    verdict, found = _verdict(id, kind, valid, luck)
    more = {"title": title, "found": found}
    if verdict == "partial":
        more["earned"] = round(points * max(0.0, (valid - 0.75) / 0.18), 2)
    if id == "gap":
        more["visibility"] = "hidden"
    return criterion(id, verdict, points, **more)


def _verdict(id, kind, valid, luck):
    if kind == "fault":
        return "fault", FAULT
    if kind in ("crash", "unfinished"):
        return _stopped(id, kind, luck)
    if kind == "layers" and id == "architecture":
        return "unmet", luck.choice(LAYERS)
    if kind == "layers" and id in ("training-accuracy", "validation-accuracy", "gap"):
        return "blocked", "Not judged, because of “The network has convolution …”."
    if id in ("validation-accuracy", "gap") and valid < 0.93:
        said = f"Measured {valid:.1%} (the median of the last 5 epochs)."
        return "partial" if valid > 0.78 else "unmet", said
    if id == "claims" and luck.random() < 0.08:
        return "unmet", "It prints 99.1 % where we measured 62.0 %."
    return "met", "All of it."


def _stopped(id, kind, luck):
    if id == "exercises":
        count = luck.randint(2, 4)
        return ("unmet", f"{count} placeholders are left.") if kind == "unfinished" else ("met", "")
    if id != "completes":
        return "blocked", "There is nothing to measure: nothing was trained."
    shape = f"(32x{luck.choice((675, 2700))} and 784x512)"
    where = f"in cell 9, line {luck.randint(3, 40)}"
    return "unmet", f"RuntimeError: mat1 and mat2 shapes cannot be multiplied {shape}, {where}."


def hostile():
    """The attack in every text that a student or a foreign file may write."""
    name = "<script>alert(1)</script>\u202egnp"
    entry = Entry(
        student="=cmd()|'/c calc'!A0", name=name, section=ATTACK[:60], source=ATTACK, late_s=60
    )
    attacked = criterion("c0", "unmet", found=ATTACK, title=ATTACK)
    hidden = criterion("c1", "fault", found=ATTACK, title=ATTACK, visibility="hidden")
    reasons = (ATTACK, "A hidden criterion could not be judged.")
    one = graded(
        entry.student,
        entry=entry,
        folder="javascript:alert(1)//\"><script>'",
        criteria=[attacked, hidden],
        reasons=reasons,
        flags=(ATTACK,),
    )
    two = graded(ATTACK, folder="//evil.example/x", criteria=[attacked])
    left = (
        NotGraded(source=ATTACK, reason=ATTACK),
        NotGraded(source=ATTACK, reason=ATTACK, student="\t=1+1"),
    )
    missing = (Student(student=" @SUM(1)", name="-2+3", section=ATTACK),)
    return roll(entry, left=left, missing=missing), [one, two]
