"""Where a name gets its value: an assignment, the only call of a function, a default, a field.

Texts send a student there, so what is not sure has no place: a name that is given several values,
or a function that is called from several lines.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.diagnosis.code import Assignment, Call, Found, Function, Reading, written
from grader.diagnosis.effort import walk
from grader.model.source import Place

STEPS = 5
"""Names that stand for each other, between a value and where it is used."""
OPTION = "add_argument"
Named = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Origin:
    """A name as it is written, and where it gets its ``value``; no place where that is not sure.

    ``at`` is the code that the value stands in. ``there`` is what the name is called there, where
    that differs; ``unnamed`` is true where it stands there without a name, as a call's argument.
    """

    name: str
    at: Found
    place: Place | None = None
    value: ast.expr | None = None
    unnamed: bool = False
    there: str = ""


def origin(code: Reading, at: Found, node: ast.expr | None) -> Origin | None:
    """Where the value of a name in some code can be changed; ``None`` for anything but a name."""
    found = origins(code, at, node)
    placed = [one for one in found if one.place is not None]
    return next(iter([*reversed(placed), *found]), None)


def origins(code: Reading, at: Found, node: ast.expr | None) -> list[Origin]:
    """The names that a value goes through, from where it is used to where it is written."""
    found: list[Origin] = []
    while len(found) < STEPS and node is not None:
        step = _step(code, at, node)
        if step is None:
            break
        found.append(step)
        at, node = step.at, step.value
    return found


def value_of(code: Reading, at: Found, node: ast.expr | None) -> int | float | None:
    """The number that an expression in some code is, where it is sure; see ``origins``."""
    for one in [None, *origins(code, at, node)]:
        given = node if one is None else one.value
        number = _number(code, at if one is None else one.at, given)
        if number is not None:
            return number
    return None


def _number(code: Reading, at: Found, node: ast.expr | None) -> int | float | None:
    """The same of an expression that is not only a name."""
    if isinstance(node, ast.Subscript):
        node, at = _element(code, at, node)
        return None if node is None else value_of(code, at, node)
    if isinstance(node, ast.Name | ast.Attribute):
        return None
    found = code.value(node)
    return found if isinstance(found, int | float) else None


def _element(code: Reading, at: Found, node: ast.Subscript) -> tuple[ast.expr | None, Found]:
    """The part of a list that is written out: ``sizes[-1]``."""
    whole = origin(code, at, node.value)
    parts = whole.value if whole is not None else None
    index = code.value(node.slice)
    if whole is None or not isinstance(parts, ast.List | ast.Tuple) or not isinstance(index, int):
        return None, at
    inside = -len(parts.elts) <= index < len(parts.elts)
    starred = any(isinstance(one, ast.Starred) for one in parts.elts)
    return (parts.elts[index] if inside and not starred else None), whole.at


def listed_first(code: Reading, at: Found, node: ast.expr | None) -> Origin | None:
    """The list that a loop takes a name's values from in pairs: ``zip(sizes, sizes[1:])``.

    Its ``value`` is the first of them, which no pair has as its second.
    """
    loops = [one for one in at.around if isinstance(one, ast.For)]
    binding = [one for one in loops if isinstance(node, ast.Name) and _binds(one.target, node.id)]
    over = binding[-1].iter if binding else None
    if not isinstance(over, ast.Call) or written(over.func).split(".")[-1] != "zip":
        return None
    whole = origin(code, at, over.args[0]) if over.args else None
    parts = whole.value if whole is not None else None
    if whole is None or whole.place is None or not isinstance(parts, ast.List | ast.Tuple):
        return None
    lists = {written(one).split("[")[0] for one in over.args}
    return replace(whole, value=parts.elts[0]) if parts.elts and len(lists) == 1 else None


def _step(code: Reading, at: Found, node: ast.expr) -> Origin | None:
    """What one name stands for."""
    if isinstance(node, ast.Name):
        return _of_name(code, at, node.id)
    if isinstance(node, ast.Attribute):
        given = code.assigned(written(node))
        if written(node.value) == "self":
            given = [one for one in given if one.class_ == at.class_]
        if given:
            return _assigned(written(node), at, given)
        return _of_field(code, at, node)
    if isinstance(node, ast.Subscript) and isinstance(code.value(node.slice), str):
        return _of_key(code, at, node)
    return None


def _of_name(code: Reading, at: Found, name: str) -> Origin | None:
    for index in reversed(range(len(at.around))):
        block = at.around[index]
        if isinstance(block, ast.For) and _binds(block.target, name):
            return None
        if isinstance(block, Function):
            if name in [one.arg for one in _parameters(block)]:
                return _of_parameter(code, at, block, name)
            inside = [one for one in code.assigned(name) if block in one.around]
            if inside:
                return _assigned(name, at, inside)
    given = code.assigned(name)
    hidden = (*Function.__args__, ast.ClassDef)
    free = [one for one in given if not any(isinstance(block, hidden) for block in one.around)]
    return _assigned(name, at, free) if free else None


def _assigned(name: str, at: Found, given: Sequence[Assignment]) -> Origin:
    """A name that is assigned a value: its place where that is done once, and plainly."""
    one = given[0]
    plain = len(given) == 1 and isinstance(one.node, ast.Assign | ast.AnnAssign)
    return Origin(name, one, one.place, one.value) if plain else Origin(name, at)


def _of_parameter(code: Reading, at: Found, function: ast.AST, name: str) -> Origin | None:
    if not isinstance(function, Named):
        return None
    unsure = Origin(name, at)
    made = next(one for one in code.nodes if one.node is function)
    if any(function in one.around for one in code.assigned(name)):
        return unsure
    calls = _calls(code, made, function)
    if not calls or any(_unread(one) for one in calls):
        return unsure
    position = _position(made, function, name)
    given = [(one, one.argument(position, name)) for one in calls]
    values = [(call, value) for call, value in given if value is not None]
    if not values:
        default = _default(function, name)
        return unsure if default is None else Origin(name, made, _at(made, default), default)
    call, value = values[0]
    if len(values) == len(calls) == 1:
        by_name = any(one.value is value for one in call.node.keywords)
        return Origin(name, call, _at(call, value), value, not by_name)
    same = len(values) == len(calls) and len({written(one) for _, one in values}) == 1
    alike = same and len({(one.function, one.class_) for one in calls}) == 1
    return Origin(name, call, None, value) if alike else unsure


def _calls(code: Reading, made: Found, function: Named) -> list[Call]:
    """The calls of a function; of ``__init__`` those that make its class, if it is no base."""
    owner = made.around[-1] if made.around else None
    if not isinstance(owner, ast.ClassDef):
        return [one for one in code.called(function.name) if not one.owner]
    if function.name != "__init__":
        return [one for one in code.called(function.name) if one.owner]
    return _makings(code, owner)


def _makings(code: Reading, made: ast.ClassDef) -> list[Call]:
    classes = [one.node for one in code.nodes if isinstance(one.node, ast.ClassDef)]
    bases = {written(base).split(".")[-1] for one in classes for base in one.bases}
    return [] if made.name in bases else code.called(made.name)


def _unread(call: Call) -> bool:
    """Whether a call passes on arguments that are not written there: ``Net(*sizes)``."""
    starred = any(isinstance(one, ast.Starred) for one in call.node.args)
    return starred or any(one.arg is None for one in call.node.keywords)


def _position(made: Found, function: Named, name: str) -> int | None:
    """Which argument of a call a parameter is, by its place."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    bound = bool(made.around) and isinstance(made.around[-1], ast.ClassDef)
    static = any(written(one) == "staticmethod" for one in function.decorator_list)
    if name not in names:
        return None
    return names.index(name) - int(bound and not static)


def _default(function: Named, name: str) -> ast.expr | None:
    both = [*function.args.posonlyargs, *function.args.args]
    last = both[len(both) - len(function.args.defaults) :]
    pairs = [*zip(last, function.args.defaults, strict=True)]
    named = [*zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)]
    return next((value for one, value in [*pairs, *named] if one.arg == name), None)


def _of_field(code: Reading, at: Found, node: ast.Attribute) -> Origin | None:
    """An attribute that a class gives its value, or an option of the command line."""
    fields = [
        one
        for one in code.assigned(node.attr)
        if one.around and isinstance(one.around[-1], ast.ClassDef)
    ]
    options = [one for one in code.called(OPTION) if _option(code, one) == node.attr]
    unsure = Origin(written(node), at)
    set_later = any(one.name.endswith(f".{node.attr}") for one in code.assignments)
    if set_later or len(fields) + len(options) != 1:
        return unsure if fields or options else None
    if options:
        default = options[0].argument(None, "default")
        place = None if default is None else _at(options[0], default)
        return Origin(written(node), options[0], place, default)
    (field,) = fields
    made = field.around[-1]
    makings = _makings(code, made) if isinstance(made, ast.ClassDef) else []
    given = [(one, one.argument(None, node.attr)) for one in makings]
    values = [(one, value) for one, value in given if value is not None]
    if any(_unread(one) or one.node.args for one in makings) or (values and len(makings) > 1):
        return unsure
    for call, value in values:
        return Origin(written(node), call, _at(call, value), value, there=node.attr)
    return replace(_assigned(written(node), at, fields), there=node.attr)


def _option(code: Reading, call: Call) -> str:
    """The attribute that an option of the command line is read from."""
    names = [code.value(one) for one in call.node.args]
    long = [one for one in names if isinstance(one, str)]
    return long[-1].lstrip("-").replace("-", "_") if long else ""


def _of_key(code: Reading, at: Found, node: ast.Subscript) -> Origin | None:
    """A value under a name: ``config["lr"]``."""
    key = code.value(node.slice)
    found = [
        (one, value)
        for one in code.nodes
        if isinstance(one.node, ast.Dict)
        for name, value in zip(one.node.keys, one.node.values, strict=True)
        if isinstance(name, ast.Constant) and name.value == key
    ]
    if len(found) != 1 or code.assigned(written(node)):
        return Origin(written(node), at) if found else None
    return Origin(written(node), found[0][0], _at(*found[0]), found[0][1])


def _parameters(function: ast.AST) -> Iterable[ast.arg]:
    if isinstance(function, Function):
        args = function.args
        yield from (*args.posonlyargs, *args.args, *args.kwonlyargs)


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in walk(target))


def _at(found: Found, node: ast.expr) -> Place:
    """The line of an expression in the code that something was found in."""
    return found.place.model_copy(update={"line": node.lineno})
