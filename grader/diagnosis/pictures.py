"""Where a program prepares its pictures: makes them decimal numbers, gives a set its transform."""

import re
from collections.abc import Sequence

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, written
from grader.model.source import Place

LABELS = re.compile(r"lab|targ|^y|_y$|corr|acc|loss|pred|hit|right|==|eq\(|csv", re.I)
"""What is in names, and in expressions, that are no pictures."""
FEW = 3


def converted(case: Case) -> Sequence[Place]:
    """The lines that make pictures decimal numbers, where there are few."""
    made = [one for one in case.code.called("float", "astype") if _of_pictures(one)]
    places = [one.place for one in made]
    return places if len({one.words for one in places}) <= FEW else ()


def _of_pictures(call: Call) -> bool:
    return bool(call.owner) and LABELS.search(call.owner) is None


def prepared_apart(case: Case) -> Place | None:
    """The validation set, where it is made with another transform than the training set."""
    sets: dict[bool, list[Call]] = {True: [], False: []}
    for one in case.code.calls:
        train = case.code.value(one.argument(None, "train"))
        if isinstance(train, bool) and one.argument(None, "transform") is not None:
            sets[train].append(one)
    known = {_transform(one) for one in sets[True]}
    other = [one for one in sets[False] if _transform(one) not in known]
    return other[0].place if known and len(other) == 1 else None


def _transform(call: Call) -> str:
    return written(call.argument(None, "transform"))
