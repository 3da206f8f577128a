"""Runs a command as an ordinary user, from root: ``python tests/as_user.py COMMAND…``.

The interpreter and its packages may lie where only root can walk to; they are made reachable in a
mount namespace of the command's own. Its home is a fresh folder, gone afterwards.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.sandbox.confine.expose import expose
from grader.sandbox.launch import drop
from grader.sandbox.places import interpreter_folders

USER = 54321
"""An id that belongs to nobody, and is not one of those that jobs are lent."""


def main() -> int:
    """Run the command and return its exit code."""
    checkout = Path(__file__).resolve().parent.parent
    expose(tuple(str(path) for path in (*interpreter_folders(), checkout)))
    with tempfile.TemporaryDirectory(prefix="user-") as home:
        os.chown(home, USER, USER)
        variables = {name: os.environ[name] for name in ("GRADER_DEMAND",) if name in os.environ}
        environment = {
            "PATH": f"{os.path.dirname(sys.executable)}:/usr/bin:/bin",
            "HOME": home,
            "TMPDIR": home,
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.run(
            sys.argv[1:], preexec_fn=lambda: drop(USER), env=environment | variables, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
