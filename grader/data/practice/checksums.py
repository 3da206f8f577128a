"""SHA-256 of every practice file: the proof that the bytes are the same everywhere."""

from grader.data.practice.sizes import PracticeSize

_CHECKSUMS: dict[PracticeSize, dict[str, str]] = {PracticeSize.FULL: {}, PracticeSize.TINY: {}}


def practice_checksums(size: PracticeSize = PracticeSize.FULL) -> dict[str, str]:
    """Path below the data folder → SHA-256 in hexadecimal."""
    return dict(_CHECKSUMS[size])
