"""A process that grades one submission of a class after another, and says how.

It is told on its standard input, one line of JSON each: first the request that all of them share,
then a piece of work at a time. It answers on its standard output: that it is ready, and then see
``messages``. When its input ends it stops at once, whatever runs: whoever told it is gone.
"""

import contextlib
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import IO, NoReturn

from pydantic import TypeAdapter

from grader.batch.messages import READY, send
from grader.batch.one import grade_one
from grader.batch.work import Heard, RunAgain, Work
from grader.errors import CallerError
from grader.intake.wire import ProgressLine
from grader.pipeline import Request, prepare
from grader.pipeline.setup import standard
from grader.sandbox.choose import warmed
from grader.sandbox.warm.templates import Templates

REQUEST = TypeAdapter(Request)
WORK = TypeAdapter(Work)


class _Telling:
    """Passes on what is heard of one submission."""

    def __init__(self, answers: IO[bytes], student: str) -> None:
        self.answers, self.student = answers, student

    def listen(self, line: ProgressLine) -> None:
        """Pass on a step of the run's progress."""
        send(self.answers, Heard(self.student, line))

    def again(self, attempt: int) -> None:
        """Pass on that it is run once more."""
        send(self.answers, RunAgain(self.student, attempt))


def _told(stop: Callable[[], None]) -> "queue.Queue[bytes]":
    """What comes in, line by line, read beside the work; ``stop`` when it ends."""
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        for line in sys.stdin.buffer:
            lines.put(line)
        stop()

    threading.Thread(target=read, daemon=True).start()
    return lines


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # so that what runs is ended, and its folders go


def main() -> None:
    """Grade what is asked for until nothing is."""
    signal.signal(signal.SIGTERM, _stop)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else prints must not get between the answers
    lines = _told(lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        request = REQUEST.validate_json(lines.get())
        setup = prepare(request)
        setup = replace(setup, chosen=warmed(setup.chosen, Templates()))  # they end when we do
        judged_by = standard(setup.course, request.assignment, setup.data.profile, request.rubric)
        answers.write(READY)
        answers.flush()
        while True:
            work = WORK.validate_json(lines.get())
            send(answers, grade_one(work, setup, judged_by, _Telling(answers, work.student)))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(0)
    except CallerError as error:
        _end(str(error))
    except BaseException:  # noqa: BLE001 - the last words are all that anybody will know
        _end(traceback.format_exc())


def _end(words: str) -> NoReturn:
    """End at once: the usual way waits for the thread that reads."""
    with contextlib.suppress(OSError):
        os.write(2, words.encode(errors="replace"))
    os._exit(1)
