"""Replaces a file whole or not at all."""

import os
from pathlib import Path


def replace(path: Path, content: bytes, *, durable: bool = False, private: bool = False) -> None:
    """Put ``content`` in the place of ``path``; ``durable`` waits until the disk has it.

    What is ``private`` only its owner can read, at any time. Raises OSError, and then the old file
    is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(temporary, "wb", opener=_private if private else None) as stream:
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)
