"""The only way out of sandbox A: small files, each written whole or not at all."""

import json
import math
import os
from pathlib import Path
from typing import Any


def finite(value: Any) -> Any:
    """Make ``value`` plain JSON: NaN and infinities become ``None``, unknown types strings."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if hasattr(value, "item"):  # numpy and torch scalars, which json refuses
        return finite(value.item())
    return str(value)


class Outbox:
    """Write access to the folder that survives the sandbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write ``content`` to ``name``; readers see the old file or the new one, never half."""
        temporary = self.folder / f".{name}.part"
        temporary.write_bytes(content)
        os.replace(temporary, self.folder / name)

    def write_json(self, name: str, value: Any) -> None:
        """Write ``value`` as JSON with every number finite."""
        self.write_bytes(name, json.dumps(finite(value), allow_nan=False).encode())

    def append_line(self, name: str, value: Any) -> None:
        """Append one JSON line: live progress, read while the run goes on."""
        with open(self.folder / name, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(finite(value), allow_nan=False) + "\n")

    def remove(self, name: str) -> None:
        """Forget a file that newer ones replace."""
        (self.folder / name).unlink(missing_ok=True)
