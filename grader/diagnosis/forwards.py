"""What a network's own code does beside calling layers: what bends, and what goes side by side."""

import ast
from collections.abc import Iterable, Iterator

from grader.diagnosis.code import Assignment, Found, Reading, mentions
from grader.diagnosis.effort import walk

BENDING = tuple(
    "clamp clamp_ clamp_min clamp_min_ clamp_max clip clip_ maximum minimum max min amax where abs "
    "sin cos exp sqrt pow square sign heaviside masked_fill masked_fill_".split()
)
"""Functions that bend as an activation does, and are no layers."""
STRANGERS = (
    *("Softsign", "softsign", "RReLU", "rrelu", "GLU", "glu", "Hardsigmoid", "hardsigmoid"),
    *("Threshold", "Softshrink", "softshrink", "Hardshrink", "hardshrink"),
    *("Tanhshrink", "tanhshrink", "LSTM", "GRU", "RNN", "MultiheadAttention", "Bilinear"),
)
"""Layers that bend and are not among those that a network is read as."""
PRODUCTS = ("mul", "mul_", "multiply")
JOINS = ("cat", "concat", "concatenate", "stack", "hstack", "vstack", "add", "add_", "sub")
SIZES = ("shape", "size", "numel", "len")
SHAPING = ("view", "reshape", "unflatten", "expand", "repeat", "zeros", "ones", "range", "arange")
PREPARING = (
    *("Normalize", "normalize", "standardize", "ConvertImageDtype", "convert_image_dtype"),
    *("ToDtype", "to_dtype"),
)
"""Transforms that scale pictures."""
DIVIDING = ("div", "div_", "divide", "true_divide")
WHITE = 255
LEAST, MOST = 1 / 260, 1 / 250
"""What a grey value may be multiplied by to be divided by that of white."""
Function = ast.FunctionDef | ast.Lambda


def forwards(code: Reading) -> tuple[Found, ...]:
    """All that stands in a function called ``forward``, or in one that such a function leads to."""
    named = _functions(code)
    names = {"forward"}
    inside: set[int] = set()
    found: tuple[Found, ...] = ()
    while True:
        new = {id(one) for name in names for one in named.get(name, ())} - inside
        if not new:
            return found
        inside |= new
        found = tuple(one for one in code.nodes if any(id(block) in inside for block in one.around))
        names = _named(code, [one.node for one in found])


def _functions(code: Reading) -> dict[str, list[Function]]:
    """Functions by what they are called by; ``forward`` are also those given to a network."""
    named: dict[str, list[Function]] = {}
    for one in code.nodes:
        if isinstance(one.node, ast.FunctionDef):
            named.setdefault(one.node.name, []).append(one.node)
    for made in code.assignments:
        if isinstance(made.value, ast.Lambda) or _own(made):
            named.setdefault(_last(made.name), []).extend(_lambdas(made.value))
    for call in code.called(*code.networks):
        named.setdefault("forward", []).extend(_lambdas(call.node))
    return named


def _lambdas(node: ast.AST) -> list[ast.Lambda]:
    return [one for one in walk(node) if isinstance(one, ast.Lambda)]


def _named(code: Reading, nodes: list[ast.AST]) -> set[str]:
    """The names that stand in some code, and those that its own attributes are made of."""
    names = set(_names(nodes))
    given = [one.value for one in code.assignments if _own(one) and _last(one.name) in names]
    given += [
        part
        for call in code.called(*code.networks)
        for part in (*call.node.args, *(word.value for word in call.node.keywords))
    ]
    return names | set(_names(part for one in given for part in walk(one)))


def _names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for one in nodes:
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Attribute):
            yield one.attr


def _own(made: Assignment) -> bool:
    return made.name.startswith("self.")


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def bends(code: Reading) -> bool:
    """Whether the network bends what it computes in a way that is read as no layer."""
    if code.called(*STRANGERS):
        return True
    found = forwards(code)
    sizes = _of_sizes(found)
    return any(id(one.node) not in sizes and _bends(code, one.node) for one in found)


def _bends(code: Reading, node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        weights = not any(_flows(code, one) for one in node.args)
        return _named_in(node, BENDING) or (_named_in(node, PRODUCTS) and not weights)
    if isinstance(node, ast.Assign):  # x[x < 0] = 0
        parts = [part for target in node.targets for part in walk(target)]
        return any(isinstance(part, ast.Compare) for part in parts)
    if _sides(node, ast.Pow):
        return _flows(code, _sides(node, ast.Pow)[0])
    sides = _sides(node, ast.Mult)
    return bool(sides) and all(_flows(code, one) for one in sides)


def branches(code: Reading) -> bool:
    """Whether the network has layers beside each other, whose results are put together."""
    found = forwards(code)
    sizes = _of_sizes(found)
    return any(id(one.node) not in sizes and _joins(code, one.node) for one in found)


def scales(code: Reading) -> bool:
    """Whether the network may scale its inputs: it divides, multiplies by something as small as
    1/255, keeps such a number, or has a transform among its layers.
    """
    made = [one for one in code.called(*code.networks, "Sequential") if one.node.args]
    if any(_prepares(code, given) for one in made for given in one.node.args):
        return True
    own = [one for one in code.nodes if one.class_ in code.networks]
    return any(_is_white(one.node) or _named_in(one.node, PREPARING) for one in own) or any(
        _scales(code, one.node) for one in forwards(code)
    )


def _prepares(code: Reading, node: ast.expr) -> bool:
    """Whether a layer is a transform of pictures."""
    return mentions(node, *PREPARING) or mentions(code.origin(node), *PREPARING)


def _scales(code: Reading, node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        given = [one for one in code.assigned(node.id) if one.function is None]
        return len(given) == 1 and any(_is_white(part) for part in walk(given[0].value))
    divides = bool(_sides(node, ast.Div)) or _named_in(node, DIVIDING + PREPARING)
    return divides or _is_white(node)


def _named_in(node: ast.AST, names: tuple[str, ...]) -> bool:
    """Whether it is a call of one of those names."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", None) in names or getattr(function, "id", None) in names


def _is_white(node: ast.AST) -> bool:
    """Whether it is the number of white, or its inverse written out."""
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == WHITE or LEAST < value < MOST


def _joins(code: Reading, node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _named_in(node, JOINS)
    sides = _sides(node, ast.Add, ast.Sub)
    return bool(sides) and all(_flows(code, one) for one in sides)


def _sides(node: ast.AST, *operators: type[ast.operator]) -> list[ast.expr]:
    """Both sides of an operator, if it is one of those."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, operators):
        return [node.left, node.right]
    if isinstance(node, ast.AugAssign) and isinstance(node.op, operators):
        return [node.target, node.value]
    return []


def _flows(code: Reading, node: ast.expr) -> bool:
    """Whether an expression may be what flows through the network: no number, weight or size."""
    owner = node.value if isinstance(node, ast.Attribute) else None
    weight = isinstance(owner, ast.Name) and owner.id == "self"
    return code.value(node) is None and not weight and not _is_size(code, node)


def _is_size(code: Reading, node: ast.expr, depth: int = 5) -> bool:
    """Whether it is a length: ``x.size(0)``, ``x.shape[1]``, or a name for only such."""
    if isinstance(node, ast.Subscript):
        return _is_size(code, node.value, depth)
    if isinstance(node, ast.Name):
        given = [one.value for one in code.assigned(node.id)] if depth else []
        return bool(given) and all(_is_size(code, one, depth - 1) for one in given)
    return _named_in(node, SIZES) or getattr(node, "attr", None) in SIZES


def _of_sizes(found: tuple[Found, ...]) -> set[int]:
    """What stands in the arguments of calls that say how long something is."""
    calls = [one.node for one in found if isinstance(one.node, ast.Call)]
    shaping = [one for one in calls if _named_in(one, SHAPING)]
    return {id(part) for one in shaping for given in one.args for part in walk(given)}
