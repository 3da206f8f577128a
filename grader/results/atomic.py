"""Replaces a file whole or not at all."""

import os
from pathlib import Path


def replace(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Put ``content`` in the place of ``path``; ``durable`` waits until the disk has it.

    Raises OSError, and then the old file is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
