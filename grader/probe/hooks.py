"""Wraps the few torch entry points through which every training program passes.

``Module.__call__`` is replaced by a thin function rather than observed by global module hooks:
that is cheaper, and global hooks make torch warn the student under ``torch.compile``. Nested calls
(layers inside a model) cost one integer comparison; only calls of a whole model are reported.
"""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import nn
from torch.optim import optimizer as optimizers
from torch.utils.data import dataloader

MARK = "_grader_loader"

LOSSES = (
    "cross_entropy",
    "nll_loss",
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "multi_margin_loss",
)


class Listener(Protocol):
    """Whoever wants to hear what a training program does."""

    def called(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None: ...
    def refused(self, module: nn.Module, args: tuple[Any, ...]) -> None: ...
    def lost(self, name: str, value: Any, output: Any, target: Any) -> None: ...
    def uncompared(self, name: str, output: Any, target: Any) -> None: ...
    def backward(self, value: Any) -> None: ...
    def learned(self) -> None: ...
    def zeroed(self, owner: Any) -> None: ...
    def stepped(self, optimizer: torch.optim.Optimizer) -> None: ...
    def loader_started(self, loader: Any) -> None: ...
    def loader_yielded(self, iterator: int, loader: int) -> None: ...
    def loader_exhausted(self, iterator: int, loader: int) -> None: ...


class Hooks:
    """Installed once per process; ``paused`` silences it while our own code runs a model."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.depth = 0
        self._bypassed: set[type[nn.Module]] = set()
        self._seen: set[int] = set()
        self._original_call: Any = nn.Module.__call__

    def install(self) -> None:
        """Wrap torch. There is no way back: the process belongs to this run."""
        nn.Module.__call__ = self._module_call()  # type: ignore[method-assign]
        for name in LOSSES:
            setattr(nn.functional, name, self._loss(name, getattr(nn.functional, name)))
        torch.Tensor.backward = self._backward(torch.Tensor.backward)  # type: ignore[method-assign]
        for owner in (torch.optim.Optimizer, nn.Module):
            owner.zero_grad = self._zero_grad(owner.zero_grad)  # type: ignore[method-assign]
        optimizers.register_optimizer_step_post_hook(
            lambda optimizer, args, kwargs: self.listener.stepped(optimizer)
        )
        self._wrap_loader()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Run models without hearing of it, with torch's own ``Module.__call__`` in place."""
        wrapped, nn.Module.__call__ = nn.Module.__call__, self._original_call  # type: ignore[method-assign]
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1
            nn.Module.__call__ = wrapped  # type: ignore[method-assign]

    def _module_call(self) -> Callable[..., Any]:
        original, listener, seen = self._original_call, self.listener, self._seen

        def __call__(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            if self.depth:
                return original(module, *args, **kwargs)
            if id(module) not in seen:
                self._first_call(module)
            self.depth = 1
            try:
                output = original(module, *args, **kwargs)
            except Exception:
                listener.refused(module, args or tuple(kwargs.values()))
                raise
            finally:
                self.depth = 0
            listener.called(module, args or tuple(kwargs.values()), output)
            return output

        return __call__

    def _first_call(self, module: nn.Module) -> None:
        """Notice ``model.forward(x)``: the root's call is bypassed and its layers look like roots.

        The frame that runs such a ``forward`` holds the real root as ``self``; its class gets a
        ``forward`` that reports (an instance's own could be neither copied nor pickled). The very
        first call goes unheard, which costs one step.
        """
        self._seen.add(id(module))
        frame = sys._getframe(2)
        while frame is not None:
            owner = frame.f_locals.get("self") if frame.f_code.co_name == "forward" else None
            if isinstance(owner, nn.Module) and owner is not module:
                self._wrap_forward(type(owner))
            frame = frame.f_back  # type: ignore[assignment]

    def _wrap_forward(self, kind: type[nn.Module]) -> None:
        if kind in self._bypassed:
            return
        self._bypassed.add(kind)
        original: Any = kind.forward

        @functools.wraps(original)
        def forward(owner: nn.Module, *args: Any, **kwargs: Any) -> Any:
            if self.depth:
                return original(owner, *args, **kwargs)
            self.depth = 1
            try:
                output = original(owner, *args, **kwargs)
            finally:
                self.depth = 0
            self.listener.called(owner, args or tuple(kwargs.values()), output)
            return output

        kind.forward = forward

    def _loss(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def loss(*args: Any, **kwargs: Any) -> Any:
            output = args[0] if args else kwargs.get("input")
            target = args[1] if len(args) > 1 else kwargs.get("target")
            # Inside a model's own forward depth is 1 and the model has not been reported yet.
            inside = self.depth > 1
            if inside or not _are_tensors(output, target):
                return original(*args, **kwargs)
            try:
                value = original(*args, **kwargs)
            except Exception:
                self.listener.uncompared(name, output, target)
                raise
            self.listener.lost(name, value, output, target)
            return value

        return loss

    def _backward(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def backward(tensor: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
            self.listener.backward(tensor)
            done = original(tensor, *args, **kwargs)
            self.listener.learned()
            return done

        return backward

    def _zero_grad(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def zero_grad(owner: Any, *args: Any, **kwargs: Any) -> Any:
            self.listener.zeroed(owner)
            return original(owner, *args, **kwargs)

        return zero_grad

    def _wrap_loader(self) -> None:
        listener = self.listener
        original_iter = dataloader.DataLoader.__iter__
        original_next = dataloader._BaseDataLoaderIter.__next__

        def __iter__(loader: Any) -> Any:
            listener.loader_started(loader)
            iterator = original_iter(loader)
            setattr(iterator, MARK, id(loader))
            return iterator

        def __next__(iterator: Any) -> Any:
            loader = getattr(iterator, MARK, 0)
            try:
                item = original_next(iterator)
            except StopIteration:
                listener.loader_exhausted(id(iterator), loader)
                raise
            listener.loader_yielded(id(iterator), loader)
            return item

        dataloader.DataLoader.__iter__ = __iter__  # type: ignore[method-assign]
        dataloader._BaseDataLoaderIter.__next__ = __next__  # type: ignore[method-assign,assignment]


def _are_tensors(*things: Any) -> bool:
    return all(isinstance(thing, torch.Tensor) for thing in things)
