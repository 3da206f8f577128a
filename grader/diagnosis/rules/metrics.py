"""What a program says of itself: accuracies counted along the wrong axis, or divided wrongly."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.diagnosis import counting
from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, written
from grader.diagnosis.counting import Said
from grader.diagnosis.figures import fraction, percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.names import together
from grader.model.diagnosis import Confidence, Effect
from grader.model.source import Place

SIZES = ("The size of tensor a", "is invalid for input of size")
"""What torch says where predictions and labels cannot be compared entry by entry, or be brought to
one shape for that.
"""
NEAR = 3
"""Lines between a prediction and where it is compared with the labels."""
SHORT = 30
"""Characters of arguments that can stand in a sentence."""
MODULES = ("torch", "np", "numpy")


def argmax_wrong_axis(case: Case) -> Suspicion | None:
    """The best picture for each class instead of the best class for each picture."""
    wrong = list(_wrong_axes(case))
    call = next((one for one in wrong if _crashed_at(case, one.place)), None)
    if call is not None:
        facts = _axis(call)
        same = [one.place for one in wrong if _axis(one) == facts]
        return Suspicion(
            confidence=Confidence.CERTAIN,
            facts=facts | {"where": together([call.place, *same])},
            where=call.place,
            effect=Effect.STOPS,
            variant="crash",
        )
    said = _wrongly_said(case)
    if said is None:
        return None
    first = next((one for one in wrong if counting.compared(case, one)), None)
    if first is None:
        return None
    facts = _facts(case, said) | _axis(first)
    facts["change"] += _column(case, first)
    return Suspicion(Confidence.LIKELY, facts, first.place)


def accuracy_wrong_count(case: Case) -> Suspicion | None:
    """Right answers divided by something else than the number of pictures."""
    said = _wrongly_said(case)
    if said is None or any(counting.compared(case, one) for one in _wrong_axes(case)):
        return None
    real = replace(said, real=counting.final(case, said))
    batch = case.trace.batch_size
    facts = _facts(case, said) | {"batch": str(batch)}
    if batch > 1 and real.is_times(batch):
        found = counting.by_batches(case)
        facts |= _plainly(real, batch) | _instead([name for _, name in found])
        facts["where"] = together(place for place, _ in found)
        return Suspicion(Confidence.LIKELY, facts, found[0][0] if found else None)
    if batch > 1 and real.is_times(1 / batch):
        return Suspicion(Confidence.LIKELY, facts, counting.by_images(case), variant="twice")
    if said.others and said.images and real.is_times(said.images / said.others):
        other = "validation" if said.split == "training" else "training"
        facts |= _plainly(real, said.images / said.others)
        return Suspicion(
            Confidence.LIKELY,
            facts | {"images": f"{said.images:,}", "others": f"{said.others:,}", "other": other},
            variant="other-set",
        )
    return None


def _wrongly_said(case: Case) -> Said | None:
    return next((one for one in counting.said(case) if one.wrong), None)


def _facts(case: Case, said: Said) -> dict[str, str]:
    real = percent(counting.final(case, said))
    return {"split": said.split, "printed": percent(said.printed), "real": real}


def _plainly(said: Said, factor: float) -> dict[str, str]:
    """What is printed and what it is, as plain numbers, where what is printed is more than 1."""
    if not said.is_beyond(factor):
        return {}
    return {"printed": f"{100 * said.printed:.4g}", "real": fraction(said.real)}


def _wrong_axes(case: Case) -> Iterator[Call]:
    """Calls that look for the largest value along the batch, or in all of it."""
    for one in case.code.called("argmax", "max"):
        function = one.owner in MODULES
        given = one.argument(1 if function else 0, "dim") or one.argument(None, "axis")
        if case.code.value(given) == 0 and given is not None and (function or one.owner):
            yield one
        elif one.name == "argmax" and given is None:
            yield one


def _axis(call: Call) -> dict[str, str]:
    """The call as it is written, where that is short, and what to change in it."""
    given = ", ".join([written(one) for one in [*call.node.args, *call.node.keywords]])
    axis = next((one.arg for one in call.node.keywords if one.arg in ("dim", "axis")), None)
    function = call.owner in MODULES
    change = f"Give {call.name} the argument dim=1."
    if axis is not None:
        change = f"Write {axis}=1 in place of {axis}=0 there."
    elif len(call.node.args) > function:
        change = "Write 1 in place of the 0 there."
    shown = f"{call.name}({given})" if len(given) <= SHORT else call.name
    return {"axis": shown, "change": change}


def _column(case: Case, call: Call) -> str:
    """What else is to go: labels that are made a column, so that they can be compared with the one
    answer for each class.
    """
    if case.code.value(call.argument(2 if call.owner in MODULES else 1, "keepdim")):
        return ""
    for one in case.code.called("unsqueeze"):
        near = 0 <= (one.place.line or 0) - (call.place.line or 0) <= NEAR
        if near and one.function == call.function and _is_compared(case, one):
            made = written(one.node)
            return f" Then write {one.owner} in place of {made} ({one.place.words})."
    return ""


def _is_compared(case: Case, call: Call) -> bool:
    """Whether something is compared with what a call makes."""
    compared = [one.node for one in case.code.nodes if isinstance(one.node, ast.Compare)]
    return any(call.node in one.comparators or call.node is one.left for one in compared)


def _instead(loaders: Sequence[str]) -> dict[str, str]:
    """The loader whose length is taken, and whether that is done elsewhere too."""
    more = {True: ", and so for the other loader", False: " at each of these places"}
    several = more[len(set(loaders)) > 1] if len(loaders) > 1 else ""
    return {"loader": loaders[0] if loaders else "loader", "several": several}


def _crashed_at(case: Case, place: Place) -> bool:
    crash = case.crash
    if crash is None or crash.cell != place.cell:
        return False
    if not any(one in crash.message for one in SIZES):
        return False
    return (
        crash.line is not None and place.line is not None and 0 <= crash.line - place.line <= NEAR
    )
