"""The page itself: complete, inert, self-contained and accessible."""

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from report_cases import (
    ATTACK,
    CASES,
    CRITERIA,
    assignment,
    baseline,
    cnn,
    crashed,
    criterion,
    evidence,
    faulted,
    grade,
    hostile,
    layer,
    measurements,
    passes,
    reviewed,
    right,
    wrong,
)
from report_parser import Page

from grader.model.grade import Grade
from grader.reports import render_report

LARGEST = 1_500_000
TAGS = set(
    "html head meta title style body header main footer nav section aside div span p a ul ol li "
    "dl dt dd h1 h2 h3 strong bdi br code pre details summary figure figcaption img table caption "
    "thead tbody tr th td svg symbol use path circle rect line polyline polygon text desc".split()
)


def squeeze(text):
    return " ".join(text.split())


def shown(case):
    return Page(render_report(*case))


# --- inert ---


def test_only_known_elements_without_handlers_or_styles_are_there(page):
    assert {one.tag for one in page.elements} <= TAGS
    names = {name for one in page.elements for name in one.attributes}
    assert not {name for name in names if name.startswith("on")}
    assert "style" not in names


def test_nothing_is_fetched_from_anywhere(page, source):
    addresses = [
        (name, value)
        for one in page.elements
        for name, value in one.attributes.items()
        if name in {"src", "href", "xlink:href", "srcset", "action", "data", "poster"}
    ]
    assert addresses
    for name, value in addresses:
        assert value.startswith("data:image/png;base64," if name == "src" else "#"), value
    assert "notebook.html" not in source
    (style,) = page.all("style")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_the_policy_allows_the_one_style_and_pictures_in_the_page_only(page):
    (style,) = page.all("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    (policy,) = [
        one.attributes["content"]
        for one in page.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    directives = dict(part.split(maxsplit=1) for part in policy.split("; "))
    assert directives == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_no_control_or_reordering_character_is_left(source):
    left = set(
        re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", source)
    )
    assert left == set()


def test_hostile_text_is_readable_and_nothing_else():
    source = render_report(*hostile())
    page = Page(source)
    seen = "<script>alert(1)</script></style></title></svg><img src=x onerror=alert(1)>"
    (body,) = page.all("body")
    assert body.text.count(seen) > 40, "the attack was meant to be in every text"
    assert body.text.count("{{ 7*7 }}red⟨U+202E⟩gnp.exe⟨U+2066⟩⟨U+0000⟩end") > 20
    assert seen in page.all("title")[0].text
    assert all(seen in one.attributes["alt"] for one in page.all("img"))
    assert "<script" not in source.lower()
    assert source.count("<style>") == source.count("</style>") == 1


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("student", "student"),
        ("reasons", "reasons"),
        ("flags", "flags"),
        ("reviews", "reviews"),
        ("notes", "notes"),
        ("criteria", "criteria"),
        ("stopped", "stopped"),
        ("layers", "layers"),
        ("confusion", "confusion"),
        ("mistakes", "mistakes"),
        ("claims", "claims"),
        ("run", "run"),
        ("diagnosis", "diagnosis"),
        ("next-step", "next step"),
    ],
)
def test_the_attack_reached_each_part_of_the_page(where, what):
    page = shown(hostile())
    if where == "student":
        texts = [one.text for one in page.all("bdi")]
    else:
        texts = [
            one.text
            for one in page.all("section")
            if where in (one.attributes.get("id"), one.attributes.get("aria-labelledby"))
        ]
    assert len(texts) == 1
    assert "<script>alert(1)</script>" in texts[0], what


# --- complete ---


def test_every_visible_criterion_is_there_with_verdict_and_points(page, case):
    made = case[0]
    assert made.criteria
    for one in made.criteria:
        items = [e for e in page.all("li") if e.attributes.get("id") == f"criterion-{one.id}"]
        if one.visibility != "visible":
            assert items == []
            continue
        (item,) = items
        assert f"criterion {one.verdict}" == item.attributes["class"]
        text = squeeze(item.text)
        assert squeeze(one.expected.split("<")[0]) in text
        assert squeeze(one.found.split("<")[0]) in text
        points = (
            "not decided yet" if one.verdict == "fault" else f"{one.earned:g} of {one.points:g}"
        )
        assert (points if one.points else "not scored") in text


def test_what_to_do_is_said_for_what_is_not_met():
    page = shown(wrong())
    assert "how to mend validation-accuracy" in page.by_id("criterion-validation-accuracy").text
    assert "What to do" not in page.by_id("criterion-it-runs").text
    assert "cell 6, line 4 nn.Conv2d(" in squeeze(page.by_id("criterion-the-network").text)


def test_the_one_thing_to_do_next_stands_at_the_top_and_leads_to_its_criterion():
    (header,) = shown(wrong()).all("header")
    assert "how to mend the-network For: The network" in squeeze(header.text)
    assert "#criterion-the-network" in [one.attributes["href"] for one in header.all("a")]


def test_a_blocked_criterion_says_by_what():
    assert "Blocked by 'It runs'" in shown(crashed()).by_id("criterion-the-network").text


def test_hidden_criteria_leave_no_trace_but_their_points():
    source = render_report(*wrong())
    assert "ecret" not in source
    assert "Hidden criteria: 0 of 10 points from 1 criterion" in squeeze(Page(source).root.text)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("right", ("Passed", "40 /of 40 points", "Nothing: it is all there")),
        ("wrong", ("Not yet passed", "40 /of 100 points", "Pass mark: 70 points")),
        ("crashed", ("Not yet passed", "0 /of 100 points")),
        ("faulted", ("Needs review", "No score yet", "Nothing to do on your side")),
    ],
)
def test_the_head_says_how_it_stands(name, words):
    (header,) = shown(CASES[name]()).all("header")
    for word in words:
        assert word in squeeze(header.text)


def test_practice_results_carry_a_banner_and_official_ones_do_not():
    words = "Practice data: this is not your grade"
    assert words in shown(crashed()).all("aside")[0].text
    assert words not in shown(wrong()).root.text


def test_a_crash_shows_its_place_and_its_traceback_without_colours():
    stopped = shown(crashed()).by_id("stopped")
    assert "cell 3, line 12" in stopped.text
    assert "---> 12 output = model(images)\nRuntimeError: mat1" in stopped.all("pre")[0].text


def test_what_could_not_be_measured_says_why_in_each_part():
    page = shown(crashed())
    for part in ("training", "layers", "confusion", "mistakes"):
        assert "Your program ended before it trained anything." in page.by_id(part).text


def test_without_evidence_the_page_still_shows_what_the_grade_knows():
    made, _, known, lab = wrong()
    page = Page(render_report(made, None, known, lab))
    assert "conv2d 1 → 25" in page.by_id("layers").text
    assert page.by_id("confusion").all("table")
    assert "No pictures were kept" in page.by_id("mistakes").text


def test_without_baseline_there_is_no_band():
    made, found, _, lab = right()
    page = Page(render_report(made, found, None, lab))
    assert "reference" not in page.by_id("training").text.split("Accuracy and mean loss")[0]
    assert page.by_id("training").all("polygon") == []


def test_what_the_band_is_and_where_the_curve_ends_beside_it_is_said():
    text = squeeze(shown(wrong()).by_id("training").text)
    assert "the average of the reference’s runs, give or take 3 percentage points" in text
    assert "Yours ends inside the band." in text
    assert "Yours ends 31.3 points below the band." in text


def test_curves_have_one_point_per_epoch():
    page = shown(right())
    plots = [one for one in page.all("svg") if one.attributes.get("class") == "plot"]
    training, validation, loss = plots
    assert (len(training.all("circle")), len(training.all("rect"))) == (20, 0)
    assert (len(validation.all("circle")), len(validation.all("rect"))) == (0, 20)
    assert (len(loss.all("circle")), len(loss.all("rect"))) == (20, 20)
    for line in [line for plot in plots for line in plot.all("polyline")]:
        assert len(line.attributes["points"].split()) == 20
    assert [len(plot.all("polygon")) for plot in plots] == [1, 1, 0]
    rows = page.by_id("training").all("tbody")[0].all("tr")
    assert [row.all("th")[0].text for row in rows] == [str(epoch) for epoch in range(1, 21)]


def test_layers_are_marked_in_words():
    rows = shown(wrong()).by_id("layers").all("tbody")[0].all("tr")
    marks = [(row.attributes["class"], row.all("th")[0].text) for row in rows]
    assert all(status == word for status, word in marks)
    assert [word for _, word in marks if word != "same"] == ["different", "missing", "extra"]
    assert "kernel: yours 5, expected 3" in rows[0].text


def test_mixed_up_classes_are_sentences_with_names():
    text = squeeze(shown(right()).by_id("confusion").text)
    assert "R was read as U on 42 of 300 images (14 %)." in text


def test_wrong_images_have_words_for_those_who_cannot_see_them():
    images = shown(right()).all("img")
    assert len(images) == 12
    words = [one.attributes["alt"] for one in images]
    assert len(set(words)) == 12
    assert "Validation image showing B, read as E" in words


def test_the_pairs_mixed_up_most_are_shown_as_pictures():
    page = shown(right())
    pair = next(one for one in page.by_id("confusion").all("li") if "F was read as I" in one.text)
    assert [one.attributes["alt"] for one in pair.all("img")] == [
        "Validation image showing F, read as I"
    ]
    others = [one.attributes["alt"] for one in page.by_id("mistakes").all("img")]
    assert len(others) == 11
    assert "Validation image showing F, read as I" not in others


def test_a_claim_too_high_is_said():
    text = squeeze(shown(wrong()).by_id("claims").text)
    assert "99.0 % 62.0 % We measured 37 percentage points less than your program says." in text


def test_how_it_was_run_names_the_isolation_and_its_holes():
    text = squeeze(shown(faulted()).by_id("run").text)
    assert "level 0 (plain), not isolated" in text
    assert "your files" in text
    assert "torch 2.13.0" in text
    assert "3f3f3f3f3f3f3f3f…" in text


def test_several_attempts_are_listed():
    assert "It was run 2 times" in shown(wrong()).by_id("run").text
    assert "It was run" not in shown(right()).by_id("run").text


def test_who_reviewed_it_and_why_is_said_and_flags_stay():
    page = shown(reviewed())
    (header,) = page.all("header")
    text = squeeze(header.text)
    assert "Looked at by a person Reviewed by Grace Hopper on 2026-11-25: I saw it train." in text
    assert "Remark by Grace Hopper on 2026-11-25." in text
    assert "Noticed, and settled by a person The parameters hardly moved" in text
    assert "Looked at by a person" not in shown(wrong()).root.text


def test_points_that_a_person_gave_are_marked():
    page = shown(reviewed())
    changed = squeeze(page.by_id("criterion-training-accuracy").text)
    assert "5 of 10 points" in changed
    assert "Review A person gave 5 points here; the check gave 0." in changed
    assert "A person gave" not in page.by_id("criterion-it-runs").text


def test_nobody_is_promised_a_look_that_was_taken():
    text = shown(reviewed()).root.text
    assert "will look at" not in text
    assert "Passed" in text
    assert "will look at" in shown(faulted()).root.text


# --- accessible ---


def test_the_page_has_language_title_and_landmarks(page):
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.all("head")[0].all("title")[0].text
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.all(landmark)) == 1, landmark


def test_headings_are_in_order(page):
    levels = [int(one.tag[1]) for one in page.elements if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_reference_leads_somewhere(page):
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    wanted = set()
    for one in page.elements:
        wanted |= set(one.attributes.get("aria-labelledby", "").split())
        if one.attributes.get("href", "").startswith("#"):
            wanted.add(one.attributes["href"][1:])
    assert wanted
    assert wanted <= set(ids)


def test_tables_have_captions_and_scopes(page):
    assert page.all("table")
    for table in page.all("table"):
        assert len(table.all("caption")) == 1
        assert table.all("th")
        assert all(one.attributes.get("scope") in {"col", "row"} for one in table.all("th"))


def test_pictures_are_described_or_hidden(page):
    assert all(one.attributes.get("alt") for one in page.all("img"))
    assert page.all("svg")
    for one in page.all("svg"):
        if one.attributes.get("role") == "img":
            assert one.all("title")[0].text
            assert one.all("desc")[0].text
        else:
            assert one.attributes["aria-hidden"] == "true"


def test_what_scrolls_can_be_reached_with_the_keyboard(page):
    scrolling = [
        one
        for one in page.elements
        if "scroll" in one.attributes.get("class", "").split() or one.tag == "pre"
    ]
    assert scrolling
    for one in scrolling:
        assert one.attributes["tabindex"] == "0"
        assert one.attributes["role"] == "region"
        assert one.attributes["aria-label"]


# --- small and stable ---


def test_an_ordinary_page_is_small(source):
    assert len(source.encode()) < 200_000


def test_the_largest_page_stays_below_the_limit():
    long = ("&\u202e" + ATTACK) * 400
    layers = [layer("conv2d", 25, 28, 28, mode=long) | {"module": long}] * 3000
    crash = {"type": long, "message": long, "traceback": (long + "\n") * 300}
    trace = {"epochs": 1, "passes": passes(2000), "optimizer": long}
    measured = measurements("lab3", layers, 0.5)
    measured["wrong_images"] *= 20
    found = evidence(claims={"trace": trace, "crash": crash}, measurements=measured)
    texts = dict.fromkeys(("expected", "found", "help", "title"), long)
    many = tuple(long for _ in range(100))
    made = grade(found, [criterion(id, "unmet", **texts) for id in CRITERIA], flags=many)
    document = made.document() | {"student": long, "notes": many, "reasons": many}
    document["submission"]["files"] = many
    document["versions"] = {f"{i}{long}": long for i in range(100)}
    source = render_report(Grade.model_validate(document), found, baseline(), assignment())
    Page(source)
    assert 100_000 < len(source.encode()) < LARGEST


def test_the_same_grade_gives_the_same_page(case):
    assert render_report(*case) == render_report(*case)


def test_a_page_can_be_written_as_utf8_whatever_is_in_it():
    made, found, known, lab = right()
    odd = made.model_copy(update={"student": "lone \ud800 surrogate"})
    assert "⟨U+D800⟩" in render_report(odd, found, known, lab).encode("utf-8").decode("utf-8")


def test_a_network_of_expected_layers_alone_is_said_to_have_none_missing():
    made, found, known, lab = right()
    assert f"All {len(cnn())} layers are what was expected." in squeeze(
        Page(render_report(made, found, known, lab)).by_id("layers").text
    )
