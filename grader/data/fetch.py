"""Fetches MNIST, in a process of its own so that the grader itself never loads torch."""

import subprocess
import sys
import tempfile
from pathlib import Path

from grader.data.importer import import_path
from grader.errors import DataError

DOWNLOAD = (
    "import sys; from torchvision.datasets import MNIST; "
    "MNIST(sys.argv[1], train=True, download=True)"
)
ASL_ADVICE = (
    "The ASL data needs an account: download 'Sign Language MNIST' (datamunge/sign-language-mnist) "
    "from Kaggle, then run 'grader data import archive.zip'. The course's own "
    "sign_mnist_train.csv and sign_mnist_valid.csv work too."
)


def fetch_mnist(target: Path) -> list[str]:
    """Download MNIST through torchvision into ``target``. Raises DataError when offline."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            # -P: the current folder may be a student's repository, with a torchvision.py of its own
            [sys.executable, "-P", "-c", DOWNLOAD, folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1][:200]
            raise DataError(
                f"MNIST could not be downloaded ({last}): check the network, or get the four idx "
                "files yourself and run 'grader data import FOLDER'"
            )
        return import_path(Path(folder), target)
