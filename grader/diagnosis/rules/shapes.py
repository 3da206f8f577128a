"""Shapes that do not fit: what a layer expects beside what it is given.

Such a program ends with an error of torch's, so the numbers come from its message.
"""

import ast
from math import prod

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call
from grader.diagnosis.crashes import batch, numbers, said
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.layers import failed, resized
from grader.model.diagnosis import Confidence
from grader.model.source import Place

PRODUCT = r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)"
CHANNELS = (
    r"weight of size \[(\d+), (\d+), .*expected input\[(\d+), (\d+), (\d+), (\d+)\]"
    r" to have (\d+) channels"
)
ROWS = r"input to conv2d, but got input of size: \[(\d+), (\d+)\]"
MAPS = r"running_mean should contain (\d+) elements not (\d+)"
PICTURES = r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)"
VIEW = r"shape '\[(?:-1|\d+), (\d+)\]' is invalid for input of size (\d+)"
RESHAPE = r"shape '\[(?:-1|\d+), (\d+), (\d+), (\d+)\]' is invalid for input of size (\d+)"
NORM = r"expected 4D input \(got 2D input\)"
SPATIAL = r"only batches of spatial targets supported|Expected target size \[\d+, \d+.*\], got"
SHRUNK = r"Output size is too small|Kernel size can't be greater than actual input size"
PIXELS = 784
WIDTH = 28
"""Pixels in a row of a picture in these labs."""


def with_label(case: Case) -> bool:
    """Whether each picture has one number more than it has pixels: its label."""
    product = numbers(case, PRODUCT)
    if product is not None:
        return product[1] == PIXELS + 1
    found = numbers(case, VIEW) or numbers(case, RESHAPE)
    values = 0 if found is None else found[-1]
    return values % (PIXELS + 1) == 0 and values % PIXELS != 0


def missing_flatten(case: Case) -> Suspicion | None:
    """Pictures reach a linear layer row by row, because nothing made one row of each."""
    product = numbers(case, PRODUCT)
    if product is not None:
        _, given, wanted, out = product
        call = None if _in_forward(case) else failed(case, "Linear", (wanted, out))
        place = _place(case) if call is None else call.place
        facts = {"given": str(given), "wanted": str(wanted), "flatten": _flatten(case)}
        facts |= _used(case, call)
        if _whole_batch(case, product):
            facts["batch"] = str(given // wanted)
            return Suspicion(Confidence.CERTAIN, facts, place, None, "batch")
        if _unflattened(case, product):
            return Suspicion(Confidence.CERTAIN, facts, place)
    elif said(case, SPATIAL):
        heard = case.signs.outputs
        shape = " x ".join(map(str, heard.shape)) if heard is not None else "more than two numbers"
        facts = {"shape": shape, "flatten": _flatten(case)}
        return Suspicion(Confidence.LIKELY, facts, _place(case), None, "late")
    return None


def _flatten(case: Case) -> str:
    """What to write: a layer in a row of layers, or a line in the student's own ``forward``."""
    own = [one for one in case.code.nodes if getattr(one.node, "name", "") == "forward"]
    arguments = own[0].node.args.args if own and isinstance(own[0].node, ast.FunctionDef) else []
    if len(own) != 1 or len(arguments) != 2:
        return "Put nn.Flatten() before the first Linear layer."
    name = arguments[1].arg
    return f"In forward, write {name} = {name}.flatten(1) before the first Linear layer is called."


def _in_forward(case: Case) -> bool:
    """Whether the line that failed is one of the network's, in front of which it can flatten."""
    return any(one.place == _place(case) and one.function == "forward" for one in case.code.calls)


def _whole_batch(case: Case, product: tuple[int, ...]) -> bool:
    """Whether the pictures of a batch were laid in one row, all of them."""
    rows, given, wanted, _ = product
    images = batch(case) or given // wanted
    return rows == 1 and images > 1 and given == images * wanted


def _unflattened(case: Case, product: tuple[int, ...]) -> bool:
    """Whether each image came as several rows: more rows than images, which together fit."""
    rows, given, wanted, _ = product
    heard = batch(case)
    if heard is not None:
        return rows > heard and rows % heard == 0
    images = rows * given // wanted
    fits = rows * given == images * wanted and images < rows and rows % images == 0
    return fits or (given == WIDTH and rows % WIDTH == 0)


def wrong_input_size(case: Case) -> Suspicion | None:
    """A layer that expects another number of values, channels or pictures than it is given."""
    if with_label(case):
        return None
    for look in (_product, _channels, _rows, _maps, _view, _reshape, _norm, _pictures, _shrunk):
        found = look(case)
        if found is not None:
            return found
    return None


def _product(case: Case) -> Suspicion | None:
    product = numbers(case, PRODUCT)
    if product is None or missing_flatten(case) is not None:
        return None
    _, given, wanted, out = product
    facts = {"given": str(given), "wanted": str(wanted), "out": str(out)}
    return _sized(case, failed(case, "Linear", (wanted, out), given), facts)


def _channels(case: Case) -> Suspicion | None:
    found = numbers(case, CHANNELS)
    if found is None:
        return None
    out, _, first, given, height, last, wanted = found
    if wanted == 1 and last == 1:  # the channel stands last
        return _no_pictures(case, f"{first} x {given} x {height} x {last}")
    if wanted == 1 and (first, height, last) == (1, WIDTH, WIDTH):  # torch took a batch for one
        return _no_pictures(case, f"{given} x {height} x {last}")
    facts = {"given": str(given), "wanted": str(wanted), "out": str(out)}
    return _sized(case, failed(case, "Conv2d", (wanted, out), given), facts, "channels")


def _rows(case: Case) -> Suspicion | None:
    found = numbers(case, ROWS)
    if found is None:
        return None
    return _no_pictures(case, f"{found[0]} x {found[1]}")


def _no_pictures(case: Case, shape: str) -> Suspicion:
    return Suspicion(Confidence.CERTAIN, {"shape": shape}, _place(case), None, "pictures")


def _maps(case: Case) -> Suspicion | None:
    found = numbers(case, MAPS)
    if found is None:
        return None
    facts = {"given": str(found[0]), "wanted": str(found[1])}
    return _sized(case, failed(case, "BatchNorm2d", found[1:2]), facts, "maps")


def _view(case: Case) -> Suspicion | None:
    found = numbers(case, VIEW)
    if found is None:
        return None
    wanted, values = found
    images = batch(case)
    whole = images is not None and values % images == 0
    given = str(values // images) if images is not None and whole else "another number of"
    facts = {"wanted": str(wanted), "given": given}
    return Suspicion(Confidence.CERTAIN, facts, _place(case), None, "view")


def _reshape(case: Case) -> Suspicion | None:
    found = numbers(case, RESHAPE)
    if found is None:
        return None
    shape = found[:3]
    facts = {"shape": " x ".join(map(str, shape)), "wanted": str(prod(shape))}
    return Suspicion(Confidence.CERTAIN, facts, _place(case), None, "reshape")


def _norm(case: Case) -> Suspicion | None:
    if said(case, NORM) is None:
        return None
    return Suspicion(Confidence.CERTAIN, {}, _place(case), None, "norm")


def _pictures(case: Case) -> Suspicion | None:
    found = numbers(case, PICTURES)
    if found is None or found[0] == found[1] or found[0] <= 1:
        return None
    if found[0] % found[1] and found[1] % found[0]:
        return None  # outputs and labels of two different batches
    facts = {"rows": str(found[0]), "images": str(found[1])}
    return Suspicion(Confidence.LIKELY, facts, _place(case), None, "reshaped")


def _shrunk(case: Case) -> Suspicion | None:
    if said(case, SHRUNK) is None:
        return None
    return Suspicion(Confidence.CERTAIN, {}, _place(case), None, "shrunk")


def _sized(case: Case, call: Call | None, facts: dict[str, str], variant: str = "") -> Suspicion:
    """A layer whose first number is wrong: where it is made, else where it was used."""
    place = _place(case) if call is None else call.place
    facts |= {"named": resized(case, call, 0, int(facts["wanted"]))} | _used(case, call)
    return Suspicion(Confidence.CERTAIN, facts, place, None, variant)


def _used(case: Case, call: Call | None) -> dict[str, str]:
    """How the line that failed is named where that which makes the layer is not known."""
    place = _place(case)
    return {} if call is not None or place is None else {"where": f"used in {place.words}"}


def _place(case: Case) -> Place | None:
    """The line of the student's that failed."""
    place = None if case.crash is None else case.crash.place
    return place if place is not None and place.words else None
