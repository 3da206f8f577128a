"""Anonymous exports: nobody's name or identifier is in any file, in whatever form it was."""

import csv
import io
import json
import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from builders import claims
from export_cases import entry, grade, wanted

from grader.exports import FORMATS
from grader.exports.anonymous import anonymous, everybody
from grader.exports.redaction import HIDDEN, redaction
from grader.exports.spellings import Person
from grader.model.claims import Printed
from grader.model.grade import Grade
from grader.model.review import Action, Decision
from grader.model.roll import NotGraded, Student
from grader.model.source import Place

RENE = Person("student-0001", "René Müller-Núñez", ("rmueller7", "rene@uni.example", "40711"))
WANG = Person("student-0002", "王小明", ("wang",))
WILL = Person("student-0003", "Will Mark", ("will",))
CLEAN = redaction([RENE, WANG, WILL])
WRITTEN = (
    "/home/rmueller7/lab1.py",
    "rene@uni.example",
    "RENE@UNI.EXAMPLE wrote it",
    "Müller-Núñez, René",
    "by rené_müller_núñez.",
    unicodedata.normalize("NFD", "René Müller-Núñez"),
    "RENE MULLER NUNEZ",
    "class RenéMüllerNúñez",
    "renemullernunez_LATE_321_654",
    quote("C:/Users/René Müller-Núñez/x"),
    quote(quote("René/x", safe=""), safe=""),
    ascii("by René Müller-Núñez"),
    "Ren\u200bé",
    "René Müller-Núñez_40711_assignsubmission_file",
    "我是王小明的同学",
    "the author is Will",
)


def letters(text):
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if one.isalnum())


@pytest.mark.parametrize("text", WRITTEN)
def test_a_name_is_taken_out_in_whatever_form_it_was_written(text):
    clean = CLEAN.text(text)
    for part in ("rene", "muller", "nunez", "uni.ex", "rmueller", "40711", "小明", "will"):
        assert letters(part) not in letters(clean), clean
    assert "student-000" in clean or HIDDEN in clean


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("I\u015f\u0131k Çelik", "by IŞIK"),
        ("İpek Ay", "i̇pek made it"),
        ("Søren Bjørn", "SOREN BJORN"),
        ("Jürgen Groß", "juergen.gross@x"),
        ("Ada McKay", "MCKAY and mckay and McKay"),
        ("Li Na", "LI, Na"),
        ("דנה כהן", "של כהן"),
        ("Nguyễn Thị Ánh", "nguyen_thi_anh"),
    ],
)
def test_names_of_many_languages_are_found(name, text):
    clean = redaction([Person("student-0009", name, ("x7",))]).text(text)
    left = set(clean.replace("student-0009", "").replace(HIDDEN, "").casefold().split())
    assert left <= {"by", "made", "it", "@x", "and", "של"}, clean


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Zoë O'Neill", "oneill_lab1.py", "_lab.py"),
        ("Zoë O'Neill", "/home/oneill/x", "/home//x"),
        ("Zoë O'Neill", r"C:\Users\ONeill", "C:\\Users\\"),
        ("Zoë O'Neill", "zoneill, zoeo and oneillz", ",and"),
        ("Zoë O'Neill", "by O'Neill and O’Neill", "byand"),
        ("Jeanne D'Arcy", "DARCY, D'Arcy, jdarcy", ",,"),
        ("Anna-Lena Groß", "annalena; Anna-Lena; agross", ";;"),
        ("Jürgen Müller", "jmueller jmuller", ""),
        ("John Ronald Reuel Tolkien", "jrrtolkien", ""),
        ("李小龍", "我叫小龍", "我叫"),
        ("李 小龍", "我叫小龍", "我叫"),
        ("홍길동", "길동이", "이"),
    ],
)
def test_parts_of_a_name_are_found_joined_as_logins_have_them(name, text, left):
    clean = redaction([Person("student-0009", name, ("x7",))]).text(text)
    for instead in ("student-0009", HIDDEN, " ", "1"):
        clean = clean.replace(instead, "")
    assert clean == left


def test_initials_and_words_of_the_language_stay():
    clean = redaction([Person("student-0009", "Li Na", ("x7",)), Person("s", "Al Bo", ("y8",))])
    assert clean.text("all of the line, bolt and lnab") == "all of the line, bolt and lnab"


def test_a_figure_that_is_somebodys_number_does_not_become_their_pseudonym():
    number = redaction([Person("student-0001", "Ada Byron", ("1024", "b12"))])
    assert number.text("after 1024 steps, by b12") == f"after {HIDDEN} steps, by student-0001"


def test_a_reviewer_whom_the_reasons_name_is_one_of_several():
    said = "The points that Prof. Ada King gave do not count any more; a.king@x.example asked."
    decision = Decision.model_validate(
        {"at": datetime(2026, 11, 21, tzinfo=UTC), "by": "Prof. Ada King", "action": "accept"}
        | {"evidence": "0" * 64}
    )
    again = decision.model_copy(update={"by": "a.king@x.example"})
    update = {"reasons": (said,), "needs_review": True, "reviews": (decision, again)}
    one = wanted(entry("bob"), grades=[grade("bob").model_copy(update=update)])
    clean = anonymous(one, everybody(one, ()), {"bob": "student-b"}).members[0].graded.grade
    assert clean.reasons == (
        "The points that a reviewer gave do not count any more; a reviewer asked.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Validation accuracy 0.40711 was needed, 98.3 % found.",
        "An irenic remark: marketing, renewal, max_pool2d(2), 50%25 of 407112",
        "cell 7, line 3 of lab.py",
        "",
    ],
)
def test_what_is_no_name_stays_as_it_is(text):
    assert CLEAN.text(text) == text


def test_the_gap_of_an_ordinary_word_does_not_tell_who_is_called_so():
    clean = CLEAN.text("The network will reach the mark.")
    assert clean == f"The network {HIDDEN} reach the {HIDDEN}."
    assert CLEAN.text("Will Mark did") == "student-0003 did"


def test_a_name_of_two_is_nobodys_pseudonym():
    twins = redaction([Person("s1", "Wei Li", ("a1",)), Person("s2", "Wei Li", ("a2",))])
    assert twins.text("by Wei Li") == f"by {HIDDEN}"


def test_a_long_text_without_spaces_takes_no_time():
    assert CLEAN.text("%41" * 20_000) == "%41" * 20_000


# --- a class ---

PSEUDONYMS = {"ada": "student-b", "bob": "student-a", "cy": "student-c"}
SECRET = ("ada", "byron", "bob", "robert", "cy", "twombly", "grace", "e-mail-of-ada", "group 7")


def named(one, *names):
    """The same grade with names wherever a submission or a person can put one."""
    said = f"{' and '.join(names)} in /home/{names[0]}/lab.py"
    criteria = tuple(
        item.model_copy(
            update={key: f"{said} {key}" for key in ("reason", "help", "found", "expected")}
            | {"where": Place(file=f"{names[0]}/lab.py", line=3, text=f"author = {names[-1]!r}")}
        )
        for item in one.criteria
    )
    decision = Decision(
        at=datetime(2026, 11, 21, 13, 7, tzinfo=UTC),
        by="Grace",
        action=Action.ACCEPT,
        note=said,
        settles=(said,),
        evidence="0" * 64,
    )
    files = one.submission.model_copy(update={"files": (f"{names[0]}.py",)})
    update = {"criteria": criteria, "notes": (said,), "reasons": (said,), "flags": (said,)}
    update |= {"reviews": (decision,), "submission": files, "device": said}
    return one.model_copy(update=update)


def classroom():
    times = {"submitted": datetime(2026, 11, 20, 21, 30, 5, tzinfo=UTC), "late_s": 90.0}
    refused = NotGraded(source="cy.rar", reason="Cy Twombly sent a RAR.", student="cy")
    return wanted(
        entry("ada", "Ada Byron", "e-mail-of-ada@x.example", section="Group 7", **times),
        entry("bob", "Robert Burns", **times),
        grades=[
            named(grade("ada"), "ada", "Ada Byron", "Bob", "Cy Twombly"),
            named(grade("bob"), "bob", "ROBERT BURNS", "byron, ada", "e-mail-of-ada@x.example"),
        ],
        missing=[Student(student="cy", name="Cy Twombly")],
        left=[refused],
    )


def without_names():
    one = classroom()
    return anonymous(one, everybody(one, ()), PSEUDONYMS)


@pytest.mark.parametrize("name", ["csv", "json", "junit", "nbgrader"])
def test_no_file_of_a_class_has_a_name_in_it(name):
    exported = FORMATS[name].export(without_names())
    said = exported.content.decode().casefold() + " ".join(exported.left).casefold()
    for secret in SECRET:
        assert not re.search(rf"(?<![a-z]){secret}(?![a-z])", said), secret
    assert "student-a" in said


def test_one_students_result_has_no_name_either():
    one = without_names()
    alone = [member for member in one.members if member.student == "student-b"]
    exported = FORMATS["gradescope"].export(wanted().__class__(one.assignment, tuple(alone)))
    said = exported.content.decode().casefold()
    assert not any(secret in said for secret in ("ada", "byron", "twombly", "grace"))


def test_points_verdicts_and_measurements_are_those_of_the_grade():
    before = {
        PSEUDONYMS[one.student]: one.graded.grade for one in classroom().members if one.graded
    }
    for one in without_names().members:
        if one.graded is not None:
            was, now = before[one.student], one.graded.grade
            assert (now.score, now.passed, now.run) == (was.score, was.passed, was.run)
            assert [item.verdict for item in now.criteria] == [
                item.verdict for item in was.criteria
            ]
            assert now.measurements.confusion == was.measurements.confusion


def test_nobody_stands_where_the_alphabet_had_put_them():
    assert [one.student for one in without_names().members] == sorted(PSEUDONYMS.values())


def test_hours_hashes_sections_and_reviewers_do_not_tell_who_it_is():
    (one, _, _) = sorted(without_names().members, key=lambda one: one.graded is None)
    assert one.entry.submitted == datetime(2026, 11, 20, tzinfo=UTC)
    assert one.entry.late_s == 24 * 60 * 60
    assert (one.section, one.name, one.entry.known_as, one.entry.sha256) == ("", "", (), "")
    assert one.graded.grade.submission.sha256 == ""
    (decision,) = one.graded.grade.reviews
    assert decision.at == datetime(2026, 11, 21, tzinfo=UTC)
    assert decision.by == "a reviewer"


def test_who_is_late_by_an_unknown_time_stays_late():
    one = wanted(entry("ada", late_s=0.0), entry("bob"))
    found = anonymous(one, everybody(one, ()), PSEUDONYMS).members
    assert [member.late_s for member in found] == [None, 0]


def test_names_of_the_class_that_one_student_alone_mentions_are_known():
    one = wanted(entry("ada"), grades=[named(grade("ada"), "ada", "Zoë Quinn")])
    people = everybody(one, [Student(student="zq", name="Zoë Quinn")])
    clean = anonymous(one, people, {"ada": "student-a", "zq": "student-z"})
    assert "Quinn" not in FORMATS["json"].export(clean).content.decode()


def test_a_student_called_as_a_field_is_spoils_no_grade():
    fields = ("met", "linear", "visible", "accept", "final", "lab1", "ok", "completes", "cpu")
    named_so = [Student(student=name, name=name.title()) for name in fields]
    one = wanted(entry("ada"), grades=[named(grade("ada"), "ada")])
    people = everybody(one, named_so)
    clean = anonymous(one, people, {who.student: f"student-{i}" for i, who in enumerate(people)})
    found = json.loads(FORMATS["json"].export(clean).content)
    assert Grade.model_validate(found[0]).criteria[0].id == "completes"


def test_what_a_program_said_of_itself_is_without_names_too():
    said = claims(printed=Printed(train_accuracy=0.98))
    one = wanted(entry("ada"), grades=[grade("ada", claims=said)])
    optimizer = one.members[0].graded.grade.claims.model_copy(update={"optimizer": "SGDbyAda"})
    spoilt = one.members[0].graded.grade.model_copy(update={"claims": optimizer})
    again = wanted(entry("ada"), grades=[spoilt])
    clean = anonymous(again, everybody(again, ()), PSEUDONYMS).members[0].graded.grade
    assert clean.claims.optimizer == f"SGDby{HIDDEN}"


def test_a_table_reads_as_before():
    content = FORMATS["csv"].export(without_names()).content.decode().lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["student"] for row in rows] == sorted(PSEUDONYMS.values())
    assert {row["section"] for row in rows} == {""}
    assert {row["sha256"] for row in rows} == {""}
