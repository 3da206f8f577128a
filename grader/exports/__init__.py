"""Grades for other systems: one file per format, and one table that lists them."""

from collections.abc import Mapping

from grader.exports import (
    canvas,
    classroom50,
    documents,
    gradescope,
    junit,
    moodle,
    moodle_feedback,
    nbgrader,
    table,
)
from grader.exports.interface import Exported, Format, Wanted

__all__ = ["FORMATS", "Exported", "Format", "Wanted"]

FORMATS: Mapping[str, Format] = {
    "csv": Format(table.export, "{assignment}.csv", shows_waiting=True),
    "canvas": Format(canvas.export, "{assignment}-canvas.csv", fills=True, identifies=True),
    "moodle": Format(moodle.export, "{assignment}-moodle.csv", fills=True, identifies=True),
    "moodle-feedback": Format(
        moodle_feedback.export, "{assignment}-feedback.zip", learns=True, identifies=True
    ),
    "json": Format(documents.export, "{assignment}-grades.json", shows_waiting=True),
    "junit": Format(junit.export, "{assignment}-junit.xml", shows_waiting=True),
    "nbgrader": Format(nbgrader.export, "{assignment}-nbgrader.csv"),
    "gradescope": Format(gradescope.export, "results.json", alone=True, shows_waiting=True),
    "classroom50": Format(classroom50.export, "result.json", alone=True, identifies=True),
}
