"""Whose settings pytest has read: those that lie beside a submission may be a student's.

Theory of operation. Pytest looks for its settings where the submissions lie, and follows them
before it asks any plugin: a module that they name is imported, a folder of theirs is searched
first. So this can end a session before more comes of them, and cannot undo what did. Only the
arguments as they were typed say whose settings those are: settings may hold arguments, too.
"""

import argparse
import os
import shlex
from pathlib import Path

import pytest

from grader.errors import CallerError


def require_own_settings(config: pytest.Config) -> None:
    """Raise CallerError where settings are used that lie elsewhere and that nobody named.

    Those of the folder that pytest was called in, or above, are the caller's.
    """
    settings, here = config.inipath, config.invocation_params.dir
    if settings is None or settings.parent in (here, *here.parents):
        return
    if _named(config) or not _says_something(settings):
        return
    raise CallerError(
        f"{settings} lies beside the submission, and may be a student's: code that it names may "
        "have run already, with your rights. Name the settings to use with -c FILE"
    )


def _named(config: pytest.Config) -> bool:
    """Whether the caller named settings; a worker of pytest-xdist has that from who started it.

    In one word with other options (``-qc FILE``) it is not seen: the session is refused then.
    """
    typed = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    typed.add_argument("-c", "--config-file", dest="settings")
    words = shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
    given, _ = typed.parse_known_args([*words, *map(str, config.invocation_params.args)])
    return bool(given.settings or config.option.inifilename)


def _says_something(settings: Path) -> bool:
    """Whether a file is about pytest, which names a project's file that is not, too."""
    return settings.name != "pyproject.toml" or b"pytest" in settings.read_bytes()
