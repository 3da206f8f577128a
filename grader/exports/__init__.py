"""Grades for other systems: one file per format, and one table that lists them."""

from collections.abc import Mapping

from grader.exports import table
from grader.exports.interface import Exported, Format, Wanted

__all__ = ["FORMATS", "Exported", "Format", "Wanted"]

FORMATS: Mapping[str, Format] = {
    "csv": Format(table.export, "{assignment}.csv"),
}
