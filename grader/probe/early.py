"""Ends a program after its first training step: for an answer in seconds, before any long training.

Student code may catch whatever is raised, so nothing is: the process that trains writes what it
heard and then ends at once, or in a notebook's kernel stands still until the client, which sees
that, has ended both.
"""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from .outbox import Outbox  # and no torch: a notebook's client does without

STEP = "step"
"""The setting ``stop_after`` that asks for it."""
MARK = "stopped-early"
MOST = 64
"""Calls of ``backward``, or of the model in training, without a step: there will be none."""
_LOOK_S = 0.02


class Early:
    """Stands before a listener of the hooks, and calls ``leave`` when the first step is over.

    That is a step with gradients, or the second one without.
    """

    def __init__(self, listener: Any, leave: Callable[[], object]) -> None:
        self._listener, self._leave = listener, leave
        self._calls = self._backwards = self._steps = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)

    def called(self, module: Any, args: tuple[Any, ...], output: Any) -> None:
        """Pass it on; give up where a model is called again and again and never learns."""
        self._listener.called(module, args, output)
        learns = module.training and getattr(output, "requires_grad", False)
        if learns and any(True for _ in module.parameters()):
            self._calls += 1
            if self._calls > MOST and not self._backwards:
                self._leave()

    def backward(self, value: Any) -> None:
        """Pass it on; give up where gradients are computed again and again and never used."""
        self._listener.backward(value)
        self._backwards += 1
        if self._backwards > MOST:
            self._leave()

    def stepped(self, optimizer: Any) -> None:
        """Pass it on, and leave."""
        self._listener.stepped(optimizer)
        self._steps += 1
        if self._backwards or self._steps > 1:
            self._leave()


def put_before(recorder: Any, outbox: Outbox, kind: str) -> None:
    """Have the program end after its first step; to be called before ``recorder`` is installed."""

    def leave() -> NoReturn:
        _finish(recorder)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        if kind == "notebook":
            outbox.write_bytes(MARK, b"")
            while True:  # the client ends this process, and knows which cells ran
                time.sleep(1)
        outbox.write_json("ending.json", {"status": "ok", "crash": None})
        os._exit(0)

    recorder.hooks.listener = Early(recorder, leave)


def _finish(recorder: Any) -> None:
    """What the recorder does at the end, but for capturing the network a second time."""
    recorder._close_all()
    with contextlib.suppress(Exception):  # its layers are then not known
        if recorder.model is not None:
            recorder.artefact.final(recorder.model)
    recorder._write_trace()


def attend(outbox: Outbox, ending: Callable[[], dict[str, Any]]) -> None:
    """In the client: end this process as soon as the kernel has left, with that ``ending``."""

    def wait() -> None:
        while not (outbox.folder / MARK).exists():
            time.sleep(_LOOK_S)
        outbox.write_json("ending.json", ending())
        sys.stdout.flush()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
