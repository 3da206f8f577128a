"""What Canvas and Moodle export, and readers of it that are not ours."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import pandas as pd
from export_cases import grade

from grader.exports import FORMATS, Exported, Wanted
from grader.model.grade import Grade

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,"Notes, own",Lab 0 (990),Lab 1: Digits (991),\
Current Score,Final Score
,,,,,,,Manual Posting,,
    Points Possible,,,,,,10.00,100.00,(read only),(read only)
"Lovelace, Ada",4711,S-17,ada,"CS 101-01, CS 101-02","=HYPERLINK(""http://x"")",9.50,,95.00,95.00
"O'Brien ""Bob"", José",4712,S-18,bob,CS 101-01,"two
lines",,70.00,,
"+Ünal, Zoë",4713,,zoe,CS 101-01,@cmd,3.00,EX,30.00,30.00
"Student, Test",4799,,b1946ac92492d2347c6235b4d2611184,CS 101-01,,,,,
"""
MOODLE = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 11","Ada Lovelace",ada@u.edu,"Submitted for grading",,100.00,Yes,\
"Friday, 20 November 2026, 10:00 AM",-,
"Participant 12","José ""Bob"" O'Brien",bob@u.edu,"Submitted for grading",70.00,100.00,Yes,-,\
"Friday, 20 November 2026, 11:00 AM","=1+1, well
done"
"Participant 13","+Zoë Ünal",zoe@u.edu,"No submission",-,100.00,No,-,-,
"""


def scored(student: str, score: float) -> Grade:
    """A grade with a score that nothing of the rest explains."""
    return grade(student).model_copy(update={"score": score})


def export(format: str, wanted: Wanted) -> Exported:
    """What the table of formats makes of it."""
    return FORMATS[format].export(wanted)


def read(content: bytes, separator: str = ",", encoding: str = "utf-8-sig") -> list[list[str]]:
    """The cells as the standard library reads them."""
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=separator))


def frame(content: bytes, **options: Any) -> pd.DataFrame:
    """The cells as pandas reads them, all of them text."""
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, **options)


def changes(before: Iterable[list[str]], after: Iterable[list[str]]) -> dict[tuple[int, int], str]:
    """The cells that are different, by row and column, and what they say now."""
    pairs = zip(before, after, strict=True)
    return {
        (row, column): new
        for row, (old_line, new_line) in enumerate(pairs)
        for column, (old, new) in enumerate(zip(old_line, new_line, strict=True))
        if old != new
    }
