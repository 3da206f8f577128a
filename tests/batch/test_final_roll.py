"""What is known of students whose work cannot be opened."""

from grader.batch.path import _without
from grader.model.roll import Entry, Layout, NotGraded, Roll
from grader.reports.class_members import members


def test_who_handed_in_what_cannot_be_opened_keeps_name_and_section():
    entry = Entry(student="lw", name="Li Wei", section="A", known_as=("7",), source="lw.py")
    stranger = Entry(student="x", name="X", source="x.py", unmatched=True)
    roll = Roll(assignment="lab1", layout=Layout.PLAIN, entries=(entry, stranger))
    left = [
        NotGraded(source=one.source, reason="It is empty.", student=one.student)
        for one in roll.entries
    ]
    found = _without(roll, left)
    assert [who.student for who in found.missing] == ["lw"], "the other is on no roster"
    (row,) = [one for one in members(found, []) if one.student == "lw"]
    assert (row.name, row.section, row.why) == ("Li Wei", "A", "It is empty.")
