"""Where data lives on this machine."""

import os
from pathlib import Path

import platformdirs

APP = "lab-grader"


def data_folder() -> Path:
    """The user's own data: imported and fetched data sets, in the layout the labs expect."""
    named = os.environ.get("GRADER_DATA_HOME")
    return Path(named) if named else Path(platformdirs.user_data_dir(APP)) / "official"


def cache_folder() -> Path:
    """What can be made again at any time: parsed arrays, practice data."""
    named = os.environ.get("GRADER_CACHE_HOME")
    return Path(named) if named else Path(platformdirs.user_cache_dir(APP))
