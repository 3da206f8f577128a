"""Where there is no GPU, whatever asks for one stays on the CPU.

Course notebooks call ``.cuda()`` unguarded, others were written for a Mac's ``mps``. The results
are the same on a CPU, so the verdict must not depend on the grader's hardware. Nothing is wrapped
for a device that is here, nor for a program that never mentions one.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import parameter
from torch.utils._device import DeviceContext

from ..settings import Settings
from . import absent
from .notes import Note

CPU = torch.device("cpu")
CUDA_TYPE = "torch.cuda."
FACTORIES = (
    *("tensor", "as_tensor", "asarray", "zeros", "ones", "empty", "full", "eye", "arange"),
    *("linspace", "logspace", "rand", "randn", "randint", "randperm", "normal", "scalar_tensor"),
    *("zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like"),
    *("randint_like", "tril_indices", "triu_indices"),
)
METHODS = ("new_tensor", "new_zeros", "new_ones", "new_empty", "new_full")
TYPES = ("Float", "Double", "Half", "Long", "Int", "Short", "Byte", "Char", "Bool")


def install(settings: Settings, note: Note) -> None:
    """Wrap what moves things to the devices that are mentioned and missing."""
    here = {"cuda": torch.cuda.is_available(), "mps": torch.mps.is_available()}
    missing = frozenset(kind for kind in here if kind in settings.mentions and not here[kind])
    if missing:
        _Redirection(missing, note).install()


class _Redirection:
    """Turns each of the ``missing`` device kinds into the CPU."""

    def __init__(self, missing: frozenset[str], note: Note) -> None:
        self.missing = missing
        self.note = note

    def install(self) -> None:
        """Wrap tensors, modules, factories, loading and the device's own functions."""
        for owner in (torch.Tensor, nn.Module):
            self._wrap(owner, "to", self._first_argument)
        for name in METHODS:
            self._wrap(torch.Tensor, name, self._keyword)
        for name in FACTORIES:
            self._wrap(torch, name, self._keyword)
        self._wrap(torch, "set_default_device", self._first_argument)
        self._wrap(torch, "load", self._map_location)
        self._wrap(DeviceContext, "__init__", self._first_argument)
        self._wrap(nn.Module, "to_empty", self._keyword)
        torch.Generator = absent.generator(torch.Generator, self._gone)  # type: ignore[misc]
        if "cuda" in self.missing:
            self._cuda_only()
        if "mps" in self.missing:
            self._answer_for(torch.mps, absent.MPS)
        # A lazily initialised parameter accepts a short list of functions only.
        lazy: Any = vars(parameter)["UninitializedTensorMixin"]
        lazy._allowed_methods += [torch.Tensor.to, torch.Tensor.cuda]

    def _gone(self, device: Any) -> bool:
        """Whether ``device`` (a device, its name, or a GPU's number) is not on this machine."""
        if isinstance(device, torch.device):
            gone = device.type in self.missing
        elif isinstance(device, str):
            gone = device.partition(":")[0] in self.missing
        else:
            gone = type(device) is int and "cuda" in self.missing
        if gone:
            self.note("cpu_instead")
        return gone

    def _wrap(self, owner: Any, name: str, redirect: Callable[..., Any]) -> None:
        """Let ``redirect`` change the arguments of ``owner.name``."""
        original = getattr(owner, name)

        @functools.wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            args, kwargs = redirect(owner, args, kwargs)
            return original(*args, **kwargs)

        setattr(owner, name, wrapper)
        if owner is torch:
            _known_to_torchscript(original, wrapper)

    def _replace(self, owner: Any, name: str, answer: Callable[..., Any]) -> None:
        """Let ``owner.name`` give ``answer`` and do nothing else."""

        @functools.wraps(getattr(owner, name))
        def replacement(*args: Any, **kwargs: Any) -> Any:
            self.note("cpu_instead")
            return answer(*args, **kwargs)

        setattr(owner, name, replacement)

    def _first_argument(self, owner: Any, args: Any, kwargs: Any) -> Any:
        at = 0 if owner is torch else 1  # behind ``self``
        if len(args) > at and self._gone(args[at]):
            args = (*args[:at], CPU, *args[at + 1 :])
        return self._keyword(owner, args, kwargs)

    def _keyword(self, owner: Any, args: Any, kwargs: Any) -> Any:
        if "device" in kwargs and self._gone(kwargs["device"]):
            kwargs = {**kwargs, "device": CPU}
        return args, kwargs

    def _map_location(self, owner: Any, args: Any, kwargs: Any) -> Any:
        """A checkpoint saved on a GPU loads here only if it is told to."""
        where = args[1] if len(args) > 1 else kwargs.get("map_location")
        named = where.values() if isinstance(where, dict) else (where,)
        if where is None or any(map(self._gone, named)):
            args, kwargs = args[:1] + args[2:], {**kwargs, "map_location": CPU}
        return args, kwargs

    def _type_name(self, owner: Any, args: Any, kwargs: Any) -> Any:
        """Types may be named by a text, ``torch.cuda.FloatTensor``."""

        def here(thing: Any) -> Any:
            if not (isinstance(thing, str) and thing.startswith(CUDA_TYPE)):
                return thing
            self.note("cpu_instead")
            return thing.replace(CUDA_TYPE, "torch.")

        return tuple(map(here, args)), {name: here(thing) for name, thing in kwargs.items()}

    def _cuda_only(self) -> None:
        """What there is for no other device: its types, its streams, its memory."""
        for name in TYPES:
            setattr(torch.cuda, f"{name}Tensor", getattr(torch, f"{name}Tensor"))
        for owner in (torch.Tensor, nn.Module):
            self._wrap(owner, "type", self._type_name)
        self._wrap(torch, "set_default_tensor_type", self._type_name)
        for thing in (torch.Tensor, nn.Module, torch.UntypedStorage, torch.TypedStorage):
            self._replace(thing, "cuda", lambda thing, *args, **kwargs: thing)
        self._replace(torch.Tensor, "pin_memory", lambda thing, *args, **kwargs: thing)
        self._replace(torch.Tensor, "record_stream", lambda *args: None)
        self._answer_for(torch.cuda, absent.CUDA)

    def _answer_for(self, module: Any, answers: Mapping[str, Any]) -> None:
        """Let functions of a device's ``module`` give fixed answers; classes stay classes."""
        for name, answer in answers.items():
            if isinstance(answer, type):
                setattr(module, name, absent.noting(answer, self.note))
            else:
                self._replace(module, name, lambda *args, _answer=answer, **kwargs: _answer)


def _known_to_torchscript(original: Any, wrapper: Any) -> None:
    """TorchScript knows torch's functions by identity: a wrapper of one is the same operator."""
    from torch.jit import _builtins

    operator = _builtins._find_builtin(original)
    if operator is not None:
        _builtins._register_builtin(wrapper, operator)
