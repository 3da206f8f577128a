"""The operators a captured graph may contain; anything else is refused by name.

Each entry maps the name in the graph to a function of the same arguments. Functions come from
torch's own operator table, so the measurement runs the very kernels the student's model ran.
Operators that read or write anything but their arguments are not here, and must never be.
"""

from collections.abc import Callable
from typing import Any

import torch

ALLOWED = (
    # linear algebra and convolution
    *("linear", "matmul", "mm", "bmm", "addmm", "conv2d", "conv2d.padding", "conv1d", "einsum"),
    # activations
    *("relu", "relu_", "leaky_relu", "leaky_relu_", "elu", "elu_", "gelu", "silu", "silu_"),
    *("sigmoid", "sigmoid_", "tanh", "tanh_", "softplus", "hardtanh", "hardtanh_", "selu", "selu_"),
    *("hardswish", "hardswish_", "mish", "prelu", "relu6", "log_sigmoid", "celu"),
    *("softmax.int", "log_softmax.int", "_softmax", "_log_softmax", "clamp", "clamp_min"),
    # normalisation, regularisation, pooling
    *("batch_norm", "layer_norm", "group_norm", "instance_norm", "dropout", "dropout_"),
    *("feature_dropout", "alpha_dropout", "_weight_norm"),
    *("max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d", "max_pool1d"),
    # shapes
    *("flatten.using_ints", "view", "reshape", "squeeze", "squeeze.dim", "unsqueeze", "permute"),
    *("transpose.int", "t", "contiguous", "expand", "cat", "stack", "slice.Tensor", "select.int"),
    *("unflatten.int", "pad", "constant_pad_nd", "repeat", "clone", "alias", "lift_fresh_copy"),
    *("numpy_T", "movedim.int", "swapaxes", "chunk", "split.Tensor"),
    # arithmetic
    *("add.Tensor", "add_.Tensor", "add.Scalar", "sub.Tensor", "sub_.Tensor", "mul.Tensor"),
    *("mul_.Tensor", "mul.Scalar", "div.Tensor", "div_.Tensor", "div.Scalar", "sub.Scalar", "neg"),
    *("exp", "log", "sqrt", "rsqrt", "pow.Tensor_Scalar", "abs", "mean", "mean.dim", "rsub.Scalar"),
    *("sum", "sum.dim_IntList", "amax", "max.dim", "std.correction", "var.correction", "square"),
    # types and sizes
    *(
        "to.dtype",
        "to.device",
        "to.dtype_layout",
        "to.other",
        "_to_copy",
        "sym_size.int",
        "type_as",
    ),
    *("zeros_like", "ones_like", "detach", "detach_", "full_like"),
)
"""Names without the ``aten.`` prefix; a name without an overload means its default."""

TRAINING_ONLY = (
    *("rand", "rand_like", "randn", "randn_like", "bernoulli", "bernoulli.p", "empty_like"),
    *("lt.Scalar", "le.Scalar", "gt.Scalar", "ge.Scalar", "where.self", "masked_fill.Scalar"),
)
"""Noise of a network's own, which a training form may add besides: it is run once, and answers
nothing."""

IGNORED = frozenset(
    f"aten.{name}.default"
    for name in (
        "_assert_tensor_metadata",
        "_assert_scalar",
        "sym_constrain_range_for_size",
        "sym_constrain_range",
        "_assert_async",
    )
) | {"aten._assert_async.msg"}
"""Statements that only assert: nothing to compute."""

LARGEST = 1 << 48
"""No size of anything is larger."""


def _sizes(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for numbers that can be sizes. Raises Refused for anything else."""

    def guarded(a: Any, b: Any) -> Any:
        if not all(type(one) in (int, float, bool) and abs(one) < LARGEST for one in (a, b)):
            raise Refused("the graph calculates with what is no size")
        return function(a, b)

    return guarded


class Refused(Exception):
    """The graph asks for something outside the allow-list; the message names it."""


SYMBOLIC: dict[str, Callable[..., Any]] = {
    "<built-in function mul>": _sizes(lambda a, b: a * b),
    "<built-in function add>": _sizes(lambda a, b: a + b),
    "<built-in function sub>": _sizes(lambda a, b: a - b),
    "<built-in function floordiv>": _sizes(lambda a, b: a // b),
    "<built-in function getitem>": lambda a, b: a[b],
    "<built-in function eq>": lambda a, b: a == b,
    "<built-in function ge>": lambda a, b: a >= b,
    "<built-in function le>": lambda a, b: a <= b,
}
"""Arithmetic on sizes, and picking one of several results."""


def is_ignored(target: str) -> bool:
    """Whether ``target`` only asserts something."""
    return target in IGNORED


def writes(target: str) -> bool:
    """Whether an operator may change its arguments: in place, or as running statistics."""
    name = target.removeprefix("aten.").partition(".")[0]
    return name.endswith("_") or name in ("batch_norm", "instance_norm")


def operator(target: str, *, training: bool = False) -> Callable[..., Any]:
    """Return the function for ``target`` as a graph names it. Raises Refused.

    ``training`` allows what only a training form may do.
    """
    if target in SYMBOLIC:
        return SYMBOLIC[target]
    name = target.removeprefix("aten.").removesuffix(".default")
    allowed = name in ALLOWED or (training and name in TRAINING_ONLY)
    if not target.startswith("aten.") or not allowed:
        raise Refused(f"the operator '{target}' is not one this grader interprets")
    packet, _, overload = name.partition(".")
    found: Callable[..., Any] = getattr(getattr(torch.ops.aten, packet), overload or "default")
    return found
