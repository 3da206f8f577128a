"""The layers that a program makes, in the order they are written: where a network can be mended.

What a network computes is measured elsewhere. A layer inside ``nn.Sequential`` is never called by a
line of the student's, so only the line that makes it can be named.
"""

import ast
from collections.abc import Iterable, Iterator

from grader.discovery.parse import Parsed
from grader.model.source import Place, WrittenLayer

KINDS = {
    "Linear": "linear",
    "LazyLinear": "linear",
    "Flatten": "flatten",
    "ReLU": "relu",
    "ReLU6": "relu6",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ELU": "elu",
    "SELU": "selu",
    "CELU": "celu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Mish": "mish",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "LogSigmoid": "log_sigmoid",
    "Softplus": "softplus",
    "Hardtanh": "hardtanh",
    "Hardswish": "hardswish",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "LayerNorm": "layer_norm",
    "GroupNorm": "group_norm",
    "Dropout": "dropout",
    "AvgPool2d": "avg_pool2d",
    "AdaptiveAvgPool2d": "adaptive_avg_pool2d",
    "AdaptiveMaxPool2d": "adaptive_max_pool2d",
}
"""Classes of ``torch.nn``, and the kinds that they are measured as."""
NUMBERED = {
    "Conv": "conv{}d",
    "LazyConv": "conv{}d",
    "BatchNorm": "batch_norm",
    "LazyBatchNorm": "batch_norm",
    "InstanceNorm": "instance_norm",
    "Dropout": "dropout",
    "MaxPool": "max_pool{}d",
}
KINDS |= {f"{name}{n}d": kind.format(n) for name, kind in NUMBERED.items() for n in (1, 2)}


def written_layers(program: Iterable[Parsed]) -> Iterator[WrittenLayer]:
    """Yield every call that makes a layer, in the order of the program's text."""
    for one in program:
        found = [] if one.tree is None else sorted(_made(one.tree))
        for line, _, kind in found:
            place = Place(file=one.cell.file, cell=one.cell.number, line=line)
            yield WrittenLayer(kind=kind, place=place)


def _made(tree: ast.Module) -> Iterator[tuple[int, int, str]]:
    """Line, column and kind of each layer that is made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            made = node.func
            name = made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")
            if name in KINDS:
                yield node.lineno, node.col_offset, KINDS[name]
