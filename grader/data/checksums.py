"""What the official files are known by, and which profile a folder's files belong to."""

import hashlib
from pathlib import Path

OFFICIAL_MD5 = {
    "MNIST/raw/train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "MNIST/raw/train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "MNIST/raw/t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "MNIST/raw/t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    "asl_data/sign_mnist_train.csv": "10ce2b9f5518ba9d4473466ad996bc2c",
    "asl_data/sign_mnist_valid.csv": "033930f456f4aed2be80ef000f638d35",
}
"""MD5 of the unpacked files in the labs' layout (the course's labels for ASL)."""


def md5(path: Path) -> str:
    """The MD5 of a file, to recognise published files by; not a safeguard."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def is_official(folder: Path, files: tuple[str, ...]) -> bool:
    """Whether each of ``files`` under ``folder`` is byte for byte the official one."""
    return all(md5(folder / file) == OFFICIAL_MD5.get(file) for file in files)
