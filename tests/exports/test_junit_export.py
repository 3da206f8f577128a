"""JUnit: parsed back by another's reader, whatever a student wrote."""

import xml.etree.ElementTree as ET

import junitparser
from builders import OURS, claims, criterion, measurements, run_figures, unmeasured
from export_cases import entry, grade, wanted
from junitparser import xunit2

from grader.exports import FORMATS
from grader.exports.junit import REVIEW
from grader.model.roll import NotGraded, Student
from grader.model.run import Outcome
from grader.model.verdict import Verdict

HOSTILE = "]]><failure/>&\x00\x1b[31m\ud800\uffff\u202e<b>"


def suites(one):
    content = FORMATS["junit"].export(one).content
    ET.fromstring(content)  # noqa: S314 - our own
    return list(xunit2.JUnitXml.fromstring(content))


def properties(one):
    return {found.name: found.value for found in one.properties()}


def outcome(case):
    return case.result[0] if case.result else None


def test_every_student_is_a_suite_and_every_criterion_a_case():
    ada, bob = suites(wanted(entry("ada", "Ada Byron"), entry("bob")))
    assert [ada.name, bob.name] == ["ada", "bob"]
    cases = list(ada)
    assert [one.name for one in cases] == [
        "The completes criterion",
        "The accuracy criterion",
        "What is not shown",
    ]
    assert {one.classname for one in cases} == {"lab1.ada"}
    assert [one.time for one in cases] == [48.0, 0.0, 0.0]
    assert (ada.tests, ada.failures, ada.errors, ada.skipped) == (3, 0, 0, 0)
    assert properties(ada)["name"] == "Ada Byron"
    assert properties(ada)["score"] == "100"


def test_the_points_are_properties_of_a_case():
    (suite,) = suites(wanted(entry("ada")))
    facts = [properties(case) for case in suite]
    assert facts[0] == {"points": "40", "earned": "40", "verdict": "met"}
    assert sum(float(one["earned"]) for one in facts) == 100


def test_what_is_missing_is_a_failure_with_the_reason_and_the_next_step():
    low = grade("ada", measurements=measurements(valid_accuracy=0.6, snapshots=()))
    (suite,) = suites(wanted(entry("ada"), grades=[low]))
    failed = outcome(list(suite)[1])
    assert isinstance(failed, junitparser.Failure)
    assert failed.type == "partial"
    assert failed.message in failed.text
    assert "Handout: Training." in failed.text
    assert suite.failures == 1


def test_a_hidden_criterion_leaves_no_name_even_where_it_fails():
    crashed = grade("ada", run=run_figures(Outcome.ERROR), claims=claims(ended=False))
    content = FORMATS["junit"].export(wanted(entry("ada"), grades=[crashed])).content
    assert b"secret" not in content
    assert b"One criterion is not shown: 0 of 20 points." in content


def test_a_fault_of_ours_is_an_error_without_points_and_no_failure():
    gap = unmeasured(OURS[0]).gap
    ours = grade("ada", run=run_figures(Outcome.FAULT), measurements=None, gap=gap)
    (suite,) = suites(wanted(entry("ada"), grades=[ours]))
    cases = [one for one in suite if one.name != REVIEW]
    assert {type(outcome(one)) for one in cases} == {junitparser.Error}
    assert not any("earned" in properties(one) for one in cases)
    assert (suite.errors, suite.failures) == (3, 0)
    assert not properties(suite)["score"]


def test_what_waits_for_a_person_is_skipped_and_says_why():
    update = {"needs_review": True, "provisional": True, "reasons": ("Odd.", "Odder.")}
    waits = grade("ada").model_copy(update=update)
    (suite,) = suites(wanted(entry("ada"), grades=[waits]))
    skipped = next(one for one in suite if one.name == REVIEW)
    assert isinstance(outcome(skipped), junitparser.Skipped)
    assert outcome(skipped).text == "Odd.\nOdder."
    assert properties(suite)["needs_review"] == "true"


def test_what_costs_nothing_fails_nothing():
    free = [criterion("completes"), criterion("curve", "validation_accuracy", points=0)]
    free[1]["with"] = {"full": 0.999, "zero": 0.5}
    (suite,) = suites(wanted(entry("ada"), grades=[grade("ada", criteria=free)]))
    assert (suite.failures, suite.skipped) == (0, 1)


def test_whatever_a_student_is_called_and_wrote_stays_text():
    one = grade("ada")
    said = one.criteria[0].model_copy(
        update={"verdict": Verdict.UNMET, "reason": HOSTILE, "title": HOSTILE, "earned": 0.0}
    )
    spoilt = one.model_copy(update={"criteria": (said, *one.criteria[1:])})
    (suite,) = suites(wanted(entry("ada", HOSTILE), grades=[spoilt]))
    case = next(iter(suite))
    assert case.name.startswith("]]><failure/>&⟨U+0000⟩")
    assert "⟨U+202E⟩<b>" in outcome(case).text
    assert len(list(suite)) == 3


def test_who_has_no_grade_is_named_and_who_is_missing_has_no_suite():
    refused = NotGraded(source="cy.rar", reason="It is a RAR.", student="cy")
    exported = FORMATS["junit"].export(
        wanted(entry("ada"), missing=[Student(student="bob")], left=[refused])
    )
    assert exported.left == ("cy: It is a RAR.",)
    assert b"bob" not in exported.content


def test_practice_data_is_said():
    (suite,) = suites(wanted(entry("ada"), grades=[grade("ada", profile="practice")]))
    assert suite.system_out.startswith("Practice data")
