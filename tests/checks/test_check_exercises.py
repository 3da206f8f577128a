"""The check ``exercises_finished``."""

from builders import evidence, judge

from grader.model.source import Place, SourceLook
from grader.model.verdict import Verdict

CHECK = "exercises_finished"


def test_code_without_placeholders_is_met():
    assert judge(CHECK).verdict is Verdict.MET


def test_a_placeholder_is_unmet_and_shown():
    place = Place(file="lab.py", line=3, text="model = FIXME")
    finding = judge(CHECK, evidence(source=SourceLook(placeholders=(place, place), lines=9)))
    assert finding.verdict is Verdict.UNMET
    assert finding.found == "2 placeholders are left: line 3 of lab.py."
    assert finding.where == place


def test_code_that_does_not_parse_is_unmet():
    place = Place(file="lab.py", line=3, text="'(' was never closed")
    finding = judge(CHECK, evidence(source=SourceLook(parse_error=place, lines=9)))
    assert finding.verdict is Verdict.UNMET
    assert "never closed" in finding.found
    assert finding.where == place


def test_an_empty_file_finishes_no_exercise():
    finding = judge(CHECK, evidence(source=SourceLook(lines=0)))
    assert (finding.verdict, finding.found) == (Verdict.UNMET, "The file is empty.")


def test_a_helper_that_is_no_text_is_named():
    place = Place(file="net.py", text="the file is not saved as UTF-8")
    finding = judge(CHECK, evidence(source=SourceLook(parse_error=place, lines=9)))
    assert finding.next_step == "Hand in net.py as a Python script that is saved as UTF-8."
