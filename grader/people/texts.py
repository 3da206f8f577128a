"""Text of files whose encoding nobody tells, such that it can be written back byte for byte."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CallerError

MAX_BYTES = 20_000_000
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


@dataclass(frozen=True)
class Decoded:
    """What a file says, without its byte order ``mark``, and how it was encoded."""

    text: str
    encoding: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Return another text as the file would have it. Raises UnicodeEncodeError."""
        return self.mark + text.encode(self.encoding)


def read_text(path: Path) -> Decoded:
    """Return what the table at ``path`` says. Raises CallerError with the remedy."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CallerError(f"{path} is over {MAX_BYTES // 10**6} MB: it is no table of a class")
        content = path.read_bytes()
    except OSError as error:
        raise CallerError(f"{path} cannot be read ({error.strerror}): check the path") from None
    if content.startswith(b"PK\3\4"):
        raise CallerError(f"{path} is a spreadsheet: save it as CSV, and name that file")
    mark, encodings = _encodings(content)
    for encoding in encodings:
        try:
            return Decoded(content[len(mark) :].decode(encoding), encoding, mark)
        except UnicodeDecodeError:
            continue
    raise CallerError(f"{path} is no text that can be read: save it as CSV in UTF-8")


def _encodings(content: bytes) -> tuple[bytes, list[str]]:
    """The byte order mark, and what the rest may be encoded in, the likeliest first."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return mark, [encoding]
    if b"\0" in content[:2]:
        return b"", ["utf-16-be" if content[:1] == b"\0" else "utf-16-le"]
    return b"", ["utf-8", "cp1252"]
