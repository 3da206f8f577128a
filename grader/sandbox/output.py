"""Keeps what a process prints, in bounded memory, and counts what it does not keep.

Theory of operation. One thread per stream reads a pipe until its end. It keeps the first and the
last bytes and drops the middle, so two hundred megabytes of prints cost half a megabyte. On POSIX
it never blocks in ``read``: it waits with a timeout and looks at a stop flag, so a daemon that
holds the pipe open can delay the end of a run by a moment but never hang it.
"""

import os
import selectors
import sys
import threading
from collections.abc import Callable, Iterable
from typing import IO

HEAD_BYTES = TAIL_BYTES = 256 * 1024
_CHUNK_BYTES = 64 * 1024
_STOP_CHECK_S = 0.25


class Kept:
    """The head and the tail of a stream of bytes, and how many there were."""

    def __init__(self, head_bytes: int = HEAD_BYTES, tail_bytes: int = TAIL_BYTES) -> None:
        self.total = 0
        self._head_bytes, self._tail_bytes = head_bytes, tail_bytes
        self._head, self._tail = bytearray(), bytearray()

    def add(self, chunk: bytes) -> None:
        """Append ``chunk``, dropping from the middle."""
        self.total += len(chunk)
        room = self._head_bytes - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        if len(self._tail) > 2 * self._tail_bytes:
            del self._tail[: -self._tail_bytes]

    def text(self) -> str:
        """Decode what was kept as UTF-8; say in the text how much was left out."""
        tail = self._tail[-self._tail_bytes :]
        left_out = self.total - len(self._head) - len(tail)
        if not left_out:
            return (self._head + tail).decode("utf-8", "replace")
        head_text, tail_text = (part.decode("utf-8", "replace") for part in (self._head, tail))
        return f"{head_text}\n[… {left_out:,} bytes left out here …]\n{tail_text}"


class Reader:
    """Reads one pipe on a thread of its own until end of file, ``full()`` or ``finish``."""

    def __init__(self, pipe: IO[bytes], full: Callable[[], bool], wake: threading.Event) -> None:
        self.kept = Kept()
        self._pipe, self._full, self._wake = pipe, full, wake
        self._stopped = threading.Event()
        self._selector: selectors.BaseSelector | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """Begin to read. Raises OSError or RuntimeError where a descriptor or thread is lacking."""
        if sys.platform != "win32":
            self._selector = selectors.DefaultSelector()
            self._selector.register(self._pipe, selectors.EVENT_READ)
        self._thread.start()

    def _ready(self) -> bool:
        return self._selector is None or bool(self._selector.select(_STOP_CHECK_S))

    def _read(self) -> None:
        while not self._stopped.is_set() and not self._full():
            if not self._ready():
                continue
            chunk = os.read(self._pipe.fileno(), _CHUNK_BYTES)
            if not chunk:
                break
            self.kept.add(chunk)
        self._wake.set()

    def finish(self, within_s: float) -> None:
        """Wait for the end of the stream, at most ``within_s``; then stop reading and close it.

        One that never started is only closed.
        """
        for wait_s in (within_s, 2 * _STOP_CHECK_S):
            if self._thread.is_alive():
                self._thread.join(wait_s)
            self._stopped.set()
        if not self._thread.is_alive():
            self._pipe.close()
            if self._selector is not None:
                self._selector.close()


class Output:
    """Both streams of a process, opened as unbuffered pipes, with one limit on their sum."""

    def __init__(self, pipes: Iterable[IO[bytes]], limit_bytes: int, wake: threading.Event) -> None:
        self._limit_bytes = limit_bytes
        self._readers = tuple(Reader(pipe, self.over_limit, wake) for pipe in pipes)

    def start(self) -> None:
        """Begin to read. Raises OSError or RuntimeError; ``finish`` closes the pipes all the same.

        What can fail fails here and not on a thread, where a run would be left waiting for somebody
        to read what it prints.
        """
        for reader in self._readers:
            reader.start()

    def over_limit(self) -> bool:
        """Whether more was printed than allowed; reading has stopped then."""
        return sum(reader.kept.total for reader in self._readers) > self._limit_bytes

    def finish(self, within_s: float = 1.0) -> tuple[str, str]:
        """Drain both streams for at most ``within_s`` each and return their texts."""
        for reader in self._readers:
            reader.finish(within_s)
        out, err = (reader.kept.text() for reader in self._readers)
        return out, err
