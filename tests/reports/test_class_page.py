"""The class page: complete, inert, self-contained, accessible and small enough."""

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from builders import diagnosis
from class_cases import FAULT, FLAGS, classroom, graded, hostile, page, roll
from report_cases import ATTACK
from report_parser import Page

from grader.model.roll import Entry, NotGraded, Student

LARGEST = 3_000_000
TAGS = set(
    "html head meta title style script body header main footer nav section aside div span p a ul "
    "ol li dl dt dd h1 h2 h3 strong bdi code time details summary figure figcaption table caption "
    "thead tbody tr th td svg symbol use path circle rect line text desc defs pattern g label "
    "input select option optgroup".split()
)


def everybody_provisional():
    return None, [graded(f"s{i}", reasons=(FLAGS[i % 2],), flags=FLAGS[:1]) for i in range(12)]


CLASSES = {
    "nobody": lambda: (None, []),
    "one": lambda: (None, [graded()]),
    "usual": lambda: classroom(30),
    "provisional": everybody_provisional,
    "faults": lambda: (None, [graded("a", ("fault",), score=None, reasons=(FAULT,))]),
    "large": lambda: classroom(300),
    "hostile": hostile,
}


@pytest.fixture(params=CLASSES, scope="module")
def source(request):
    """The page of each class as written."""
    return page(*CLASSES[request.param]())


@pytest.fixture(scope="module")
def shown(source):
    """The same, parsed."""
    return Page(source)


def parsed(called=None, grades=()):
    return Page(page(called, grades))


def squeeze(text):
    return " ".join(text.split())


def rows(shown):
    return shown.by_id("roster").all("tbody")[0].all("tr")


def cells(row):
    return [squeeze(one.text) for one in row.inside if one.tag in ("th", "td")]


# --- inert ---


def test_only_known_elements_without_handlers_or_styles_are_there(shown):
    assert {one.tag for one in shown.elements} <= TAGS
    names = {name for one in shown.elements for name in one.attributes}
    assert not {name for name in names if name.startswith("on")}
    assert "style" not in names


def test_links_lead_inside_the_results_folder_only(shown):
    hrefs = [one.attributes["href"] for one in shown.elements if "href" in one.attributes]
    for href in hrefs:
        assert href[0] == "#" or href == "gradebook.csv" or re.fullmatch(r"\./[^:]+\.html", href)
    assert not [one for one in shown.elements if "src" in one.attributes]
    assert "@import" not in "".join(one.text for one in shown.all("style"))


def test_the_policy_allows_our_styles_and_our_script_by_hash_and_nothing_else(shown):
    def hashes(tag):
        texts = [one.text.encode() for one in shown.all(tag)]
        digests = [base64.b64encode(hashlib.sha256(text).digest()).decode() for text in texts]
        return " ".join(f"'sha256-{one}'" for one in digests)

    (policy,) = [
        one.attributes["content"] for one in shown.all("meta") if "http-equiv" in one.attributes
    ]
    assert dict(part.split(maxsplit=1) for part in policy.split("; ")) == {
        "default-src": "'none'",
        "style-src": hashes("style"),
        "script-src": hashes("script"),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert len(shown.all("script")) == 1
    assert len(shown.all("style")) == 1


def test_the_script_makes_no_markup_and_no_code_of_text(shown):
    (script,) = shown.all("script")
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "eval",
        "Function(",
        "document.w",
    ):
        assert forbidden not in script.text


def test_no_control_or_reordering_character_is_left(source):
    left = re.findall(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", source
    )
    assert left == []


def test_hostile_text_is_readable_and_nothing_else():
    source = page(*hostile())
    shown = Page(source)
    (body,) = shown.all("body")
    assert body.text.count("<script>alert(1)</script>") > 15
    assert "<script>alert(1)</script>⟨U+202E⟩gnp" in shown.by_id("roster").text
    assert source.lower().count("<script") == 1
    assert source.count("<style>") == source.count("</style>") == 1
    for part in ("review", "not-graded", "unclaimed", "missing", "criteria", "students"):
        assert "<script>" in shown.by_id(part).text or part == "missing", part


# --- what matters first ---


def test_the_head_counts_the_class():
    called = roll(
        Entry(student="a", source="a", late_s=7200),
        left=(NotGraded(source="r", reason="No RAR.", student="r"),),
        missing=(Student(student="m"),),
    )
    made = [graded("a"), graded("b", ("unmet",)), graded("c", reasons=("look",))]
    (header,) = parsed(called, made).all("header")
    text = squeeze(header.text)
    for words in (
        "Passed 1 of 3 graded 1 passed 1 to review, 1 of them would pass 1 not passed",
        "5 students · 2026-11-28 08:30 UTC",
        "1 result waits for your decision",
        "Median score 10 of 10, pass mark 7",
        "Need review 1 1 provisional",
        "Not graded 1",
        "Missing 1",
        "Late 1 by up to 2 h 0 min",
        "For the instructor. This page names students and shows hidden criteria",
    ):
        assert words in text.replace("\u00a0", " ")


def test_without_a_roll_nobody_is_said_to_be_missing():
    text = parsed(None, [graded()]).all("header")[0].text
    assert "Missing" not in text
    assert "nobody can say who is missing or late" in text


def test_who_needs_review_stands_under_the_reason_with_report_and_command():
    review = parsed(None, [graded("ada", folder="A/ada b", reasons=FLAGS[:1])]).by_id("review")
    assert FLAGS[0] in review.text
    assert "grader review . 'ada b'" in review.text
    assert [one.attributes["href"] for one in review.all("a")] == ["./A/ada%20b/report.html"]
    assert "every grade is final" in parsed(None, [graded()]).by_id("review").text


def test_what_is_not_graded_says_why():
    left = (NotGraded(source="r.rar", reason="No RAR: ask for a zip.", student="r"),)
    called = roll(
        Entry(student="e", source="e.py"), left=(*left, NotGraded(source="?", reason="Whose?"))
    )
    shown = parsed(called, [])
    assert "r.rar No RAR: ask for a zip." in squeeze(shown.by_id("not-graded").text)
    assert "run the batch again" in shown.by_id("not-graded").text
    assert "Whose?" in shown.by_id("unclaimed").text


def test_what_a_list_has_no_room_for_is_counted():
    unknown = tuple(NotGraded(source=f"{one}.py", reason="Whose?") for one in range(203))
    several = roll(left=unknown)
    assert "and 3 more: class.json" in squeeze(parsed(several, []).by_id("unclaimed").text)
    enough = roll(left=unknown[:200])
    assert "more" not in parsed(enough, []).by_id("unclaimed").text


def test_what_was_handed_in_beside_a_graded_work_is_no_missing_grade():
    left = (NotGraded(source="a.pdf", reason="It is no submission.", student="a"),)
    shown = parsed(roll(Entry(student="a", source="a.py"), left=left), [graded("a")])
    assert "a.pdf It is no submission." in squeeze(shown.by_id("beside").text)
    assert "not-graded" not in {one.attributes.get("id") for one in shown.elements}
    assert "Nothing waits for you" in shown.all("header")[0].text


def test_who_is_late_by_an_unknown_time_is_listed():
    shown = parsed(roll(Entry(student="a", source="a", late_s=0.0)), [graded("a")])
    assert "Late 1 nobody knows by how much" in squeeze(shown.all("header")[0].text)
    assert "a late" in squeeze(shown.by_id("late").text)


def test_parts_that_have_nothing_to_say_are_not_there_and_the_others_say_so():
    shown = parsed(None, [])
    ids = {one.attributes.get("id") for one in shown.elements}
    assert not ids & {"not-graded", "unclaimed", "missing", "late", "roster"}
    for part in ("review", "distribution", "criteria", "spreads", "students"):
        assert re.search("nothing|Nothing|nobody", shown.by_id(part).text), part


def test_practice_results_are_no_grades():
    one = graded()
    practice = type(one)("b", one.grade.model_copy(update={"profile": "practice"}), None)
    assert "Practice data: these are no grades" in parsed(None, [practice]).all("aside")[0].text
    mixed = parsed(None, [one, practice]).all("aside")[0]
    assert "1 of these results are no grades" in mixed.text
    assert not parsed(None, [one]).all("aside")


# --- figures ---


def test_the_histogram_tells_final_from_provisional_in_picture_and_words():
    section = parsed(*everybody_provisional()).by_id("distribution")
    plot = next(one for one in section.all("svg") if one.attributes.get("class") == "plot")
    assert "0 final, 12 provisional" in plot.all("desc")[0].text
    blocks = [one for one in plot.all("rect") if "block" in one.attributes.get("class", "")]
    assert [one.attributes["class"] for one in blocks] == ["block open"]
    assert "pass mark 7" in plot.text
    assert "95 to 100" not in section.text, "the scale is that of the points, here ten"


def test_scores_that_are_missing_are_said_to_be():
    section = parsed(None, [graded("a"), graded("b", score=None)]).by_id("distribution")
    assert "1 without a score is not shown" in section.text
    assert (
        "no distribution"
        in parsed(None, [graded(score=None, valid=None)]).by_id("distribution").text
    )


def test_criteria_name_those_concerned_without_any_script():
    shown = parsed(None, [graded("ada", ("unmet", "met")), graded("bob", ("fault", "met"))])
    row = shown.by_id("criterion-c0")
    text = squeeze(row.text)
    assert "1 not met 1 not judged" in text
    assert "10.0 of 10" in text
    assert [one.attributes["href"] for one in row.all("a")][:2] == [
        "./ada/report.html",
        "./bob/report.html",
    ]
    assert "Everybody met it." in shown.by_id("criterion-c1").text
    shares = [one.attributes["width"] for one in row.all("rect")]
    assert shares == ["1", "1"]


def test_hidden_criteria_are_shown_and_marked():
    shown = parsed(*classroom(5))
    assert "hidden from students" in shown.by_id("criterion-gap").text
    assert "gap (hidden)" in shown.by_id("col-gap").text


def test_common_mistakes_are_counted_with_examples():
    made = [graded(f"s{i}", ("unmet",)) for i in range(6)]
    section = parsed(None, made).by_id("mistakes")
    assert "6 times what was found for c0" in squeeze(section.text)
    assert len(section.all("a")) == 1 + 4
    assert "No mistake" in parsed(None, made[:1]).by_id("mistakes").text


def test_named_mistakes_are_counted_unless_they_are_harmless():
    twice, small = diagnosis(), diagnosis("log", title="LogSoftmax", effect="harmless")
    made = [graded(f"s{i}", ("unmet",), diagnosis=(twice, small)) for i in range(6)]
    section = parsed(None, made).by_id("mistakes")
    assert "6 times Softmax is applied twice Handout: Loss" in squeeze(section.text)
    assert "LogSoftmax" not in section.text


def test_variants_of_a_mistake_are_counted_under_their_own_titles():
    first, other = (
        diagnosis("frozen-layers", title="Frozen"),
        diagnosis("frozen-layers", title="Out"),
    )
    made = [graded(f"s{i}", ("unmet",), diagnosis=(first if i else other,)) for i in range(3)]
    text = squeeze(parsed(None, made).by_id("mistakes").text)
    assert "2 times Frozen" in text
    assert "1 time Out" in text


def test_the_slowest_and_largest_runs_are_named():
    made = [graded(f"s{i}", wall_s=100 + i, rss_mb=2000 - i) for i in range(9)]
    text = squeeze(parsed(None, made).by_id("spreads").text).replace("\u00a0", " ")
    assert "Slowest runs s8 1 min 48 s s7" in text
    assert "Largest runs s0 2.0 GB s1" in text
    assert "Time of a run 1 min 44 s 1 min 42 s to 1 min 46 s 1 min 40 s s0 1 min 48 s s8 9" in text


# --- the table ---


def test_everybody_has_a_row_in_the_order_of_names():
    called, grades = classroom(300)
    found = rows(parsed(called, grades))
    assert len(found) == 300 + 1 + len(called.missing)
    names = [one.all("bdi")[0].text for one in found]
    assert names[0].startswith("Ada")
    assert [one for one in names if one.startswith("É")] == [one for one in names if one[0] in "Ée"]


def test_a_row_says_everything_in_words():
    entry = Entry(student="ada", source="x", name="Ada Zölle", section="B", late_s=720)
    one = graded("ada", ("met", "partial", "fault"), entry=entry, reasons=FLAGS, flags=FLAGS)
    (row,) = rows(parsed(roll(entry), [one]))
    texts = [text.replace("\u00a0", " ") for text in cells(row)]
    assert texts == [
        *("Ada Zölle ada", "B", "would not pass", "needed", "15 provisional"),
        *("met", "partly 5", "not judged"),
        *("12 min", "2", "100.0 %", "94.0 %", "20", "6 min 40 s", "1.4 GB", "1"),
    ]
    assert row.attributes["data-is"] == "review late flagged"


def test_who_has_no_grade_has_a_row_of_empty_cells():
    found = rows(parsed(roll(missing=(Student(student="m"),)), [graded("z")]))
    assert cells(found[0]) == ["m", "", "missing"] + [""] * 11
    assert len(cells(found[1])) == 14


def test_the_filter_and_its_hints_wait_for_the_script(shown):
    for one in shown.elements:
        if one.attributes.get("id") in ("controls", "how-to"):
            assert "hidden" in one.attributes
        if "data-show" in one.attributes:
            assert one.attributes["href"] == "#students"


# --- accessible ---


def test_the_page_has_language_title_landmarks_and_headings_in_order(shown):
    assert shown.all("html")[0].attributes["lang"] == "en"
    assert shown.all("title")[0].text
    for landmark in ("header", "nav", "main", "footer"):
        assert len(shown.all(landmark)) == 1, landmark
    levels = [int(one.tag[1]) for one in shown.elements if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels.count(1) == levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_reference_leads_somewhere(shown):
    ids = [one.attributes["id"] for one in shown.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    wanted = set()
    for one in shown.elements:
        wanted |= set(one.attributes.get("aria-labelledby", "").split())
        if one.attributes.get("href", "").startswith("#"):
            wanted.add(one.attributes["href"][1:])
    assert wanted <= set(ids)


def test_tables_have_captions_and_scopes_and_scroll_by_keyboard(shown):
    for table in shown.all("table"):
        assert len(table.all("caption")) == 1
        assert all(one.attributes.get("scope") in {"col", "row"} for one in table.all("th"))
    for one in shown.elements:
        if "scroll" in one.attributes.get("class", "").split():
            assert one.attributes["tabindex"] == "0"
            assert one.attributes["aria-label"]


def test_pictures_are_described_or_hidden_and_fields_have_labels(shown):
    for one in shown.all("svg"):
        described = one.attributes.get("role") == "img" and one.all("title") and one.all("desc")
        assert described or one.attributes["aria-hidden"] == "true"
    labelled = [inside for one in shown.all("label") for inside in one.inside]
    assert all(one in labelled for one in shown.all("input") + shown.all("select"))


# --- small ---


def test_a_thousand_students_fit():
    source = page(*classroom(1000))
    assert 500_000 < len(source.encode()) < LARGEST


def test_long_texts_do_not_make_a_page_of_megabytes():
    long = ("&\u202e" + ATTACK) * 300
    entries = [
        Entry(student=f"s{i}{long}", source=long, name=f"{i}{long}", section=long)
        for i in range(100)
    ]
    made = [
        graded(one.student, entry=one, folder=f"f{i}", flags=(f"{i}x{long}",), reasons=(long,))
        for i, one in enumerate(entries)
    ]
    left = tuple(NotGraded(source=long, reason=long, student=f"l{i}") for i in range(100))
    assert len(page(roll(*entries, left=left), made).encode()) < LARGEST


def test_the_same_class_gives_the_same_page():
    assert page(*classroom(20)) == page(*classroom(20))
