"""JSON: every grade as its own document is, for programs of the instructor."""

import json

from export_cases import entry, grade, wanted

from grader.exports import FORMATS
from grader.model.grade import Grade
from grader.model.roll import NotGraded


def test_every_grade_is_the_document_that_is_stored():
    waits = grade("bob").model_copy(update={"needs_review": True, "provisional": True})
    one = wanted(entry("ada"), entry("bob"), grades=[grade("ada"), waits])
    found = json.loads(FORMATS["json"].export(one).content)
    assert [Grade.model_validate(document) for document in found] == [grade("ada"), waits]
    assert found[0]["criteria"][1]["visibility"] == "hidden"


def test_who_has_no_grade_is_named():
    refused = NotGraded(source="cy.rar", reason="It is a RAR.", student="cy")
    exported = FORMATS["json"].export(wanted(entry("ada"), left=[refused]))
    assert exported.left == ("cy: It is a RAR.",)
