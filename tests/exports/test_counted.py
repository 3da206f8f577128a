"""Which grades leave, and what is said of the others."""

from builders import run_figures
from export_cases import entry, grade, wanted

from grader.exports.counted import counted
from grader.exports.shown import NOT_SHOWN, lines
from grader.model.roll import Student
from grader.model.run import Outcome
from grader.model.verdict import Verdict


def test_final_grades_leave_and_who_is_missing_is_no_zero():
    found, left = counted(wanted(entry("ada"), missing=[Student(student="bob")]))
    assert [one.student for one, _ in found] == ["ada"]
    assert left == []


def test_a_fault_of_ours_never_leaves_not_even_provisionally():
    broken = grade("ada", run=run_figures(Outcome.FAULT), measurements=None)
    some = grade("ada")
    fault = some.criteria[0].model_copy(update={"verdict": Verdict.FAULT, "earned": 0.0})
    update = {"criteria": (fault, *some.criteria[1:]), "score": 60.0, "needs_review": True}
    partly = some.model_copy(update=update)
    for provisional in (False, True):
        for one, why in ((broken, "no score"), (partly, "could not judge 40 of its points")):
            found, left = counted(wanted(entry("ada"), grades=[one], provisional=provisional))
            assert found == []
            assert why in left[0]


def test_what_waits_for_a_person_leaves_only_when_asked():
    waits = grade("ada").model_copy(update={"needs_review": True, "provisional": True})
    found, left = counted(wanted(entry("ada"), grades=[waits]))
    assert found == []
    assert "waits for a person" in left[0]
    found, left = counted(wanted(entry("ada"), grades=[waits], provisional=True))
    assert len(found) == 1
    assert left == []


def test_what_is_hidden_is_one_line_without_a_name_and_points_add_up():
    one = grade()
    shown = lines(one)
    assert [line.id for line in shown] == ["completes", "accuracy", NOT_SHOWN]
    assert sum(line.earned for line in shown) == one.score
    assert not any("secret" in line.title + line.text for line in shown)
