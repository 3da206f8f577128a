"""Folders and zips of classes for the tests, written as their names."""

import contextlib
import zipfile

from grader.batch.layouts import open_class
from grader.discovery import open_submission

CODE = "x = 1\n"
NOTEBOOK = '{"cells": [{"cell_type": "code", "source": "x = 1"}], "nbformat": 4}'


def tree(folder, *names, **texts):
    """Write files of these names, folders where they end in a slash; zips hold a script."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".zip"):
            packed(path, {"work/main.py": CODE})
        else:
            path.write_text(texts.get(name, NOTEBOOK if name.endswith(".ipynb") else CODE))
    return folder


def packed(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def packed_tree(path, folder):
    """Pack all that is below ``folder``."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return packed(path, {str(one.relative_to(folder)): one.read_bytes() for one in files})


def roll_of(folder, **options):
    with open_class(folder, options.pop("assignment", "lab1"), **options) as opened:
        return opened.roll


def sources(roll):
    return {entry.student: entry.source for entry in roll.entries}


def reasons(roll):
    return {one.source: one.reason for one in roll.left}


def mains(folder, **options):
    """Open all submissions of a class; what would be run of each student."""
    found = {}
    with open_class(folder, "lab1", **options) as opened, contextlib.ExitStack() as kept:
        for student, path in opened.paths.items():
            found[student] = kept.enter_context(open_submission(path, student)).main
        assert [entry.student for entry in opened.roll.entries] == list(opened.paths)
    return found
