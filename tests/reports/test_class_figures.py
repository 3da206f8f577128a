"""The numbers of a class, without a page."""

import pytest
from class_cases import FAULT, classroom, graded, roll
from report_cases import criterion

from grader.model.roll import Entry, NotGraded, Student
from grader.model.verdict import Verdict
from grader.reports.charts import Tick
from grader.reports.class_attention import attention, next_step, reasons
from grader.reports.class_charts import Series, axis, box, histogram
from grader.reports.class_figures import criteria, criterion_ids, largest, overview, spread
from grader.reports.class_kinds import groups, kind, mistakes
from grader.reports.class_members import Standing, members
from grader.reports.class_table import duration
from grader.reports.text import number


def entry(student, **more):
    return Entry(student=student, source=f"{student}.py", **more)


def students(everyone):
    return [one.student for one in everyone]


def score_of(grade):
    return grade.score


# --- who is there ---


def test_everybody_is_listed_once_by_name_whether_graded_or_not():
    called = roll(
        entry("b1", name="zoe"),
        entry("b2", name="Álvaro"),
        entry("b3"),
        left=(
            NotGraded(source="x.rar", reason="No RAR.", student="b4"),
            NotGraded(source="y.rar", reason="A second file.", student="b2"),
            NotGraded(source="z.rar", reason="Whose is it?"),
        ),
        missing=(Student(student="b5", name="Bo"), Student(student="b4", name="Cy", section="A")),
    )
    everyone = members(called, [graded("b1"), graded("b2")])
    assert students(everyone) == ["b2", "b3", "b5", "b4", "b1"]
    assert [one.standing for one in everyone] == [
        Standing.PASSED,
        Standing.NOT_GRADED,
        Standing.MISSING,
        Standing.NOT_GRADED,
        Standing.PASSED,
    ]
    assert (everyone[3].label, everyone[3].section, everyone[3].why) == ("Cy", "A", "No RAR.")
    assert "run the batch again" in everyone[1].why


def test_a_grade_without_an_entry_finds_that_of_the_roll():
    (one,) = members(roll(entry("ada", name="Ada", late_s=60)), [graded("ada")])
    assert (one.label, one.late_s) == ("Ada", 60)


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({}, Standing.PASSED),
        ({"verdicts": ("met", "unmet")}, Standing.FAILED),
        ({"reasons": ("look",)}, Standing.REVIEW),
        ({"score": None}, Standing.REVIEW),
        ({"provisional": True}, Standing.REVIEW),
    ],
)
def test_a_grade_that_a_person_must_see_is_neither_passed_nor_failed(more, standing):
    (one,) = members(None, [graded("ada", **more)])
    assert one.standing is standing


@pytest.mark.parametrize(
    ("folder", "href", "command"),
    [
        ("ada", "./ada/report.html", "grader review . ada"),
        ("A/ada b/", "./A/ada%20b/report.html", "grader review . 'ada b'"),
        ("javascript:x", "./javascript%3Ax/report.html", "grader review . javascript:x"),
        ("//evil/x", ".///evil/x/report.html", "grader review . x"),
        ("-x", "./-x/report.html", "grader review . -- -x"),
        ("é\udcff", "./%C3%A9%3F/report.html", "grader review . 'é\udcff'"),
    ],
)
def test_a_folder_leads_to_its_report_and_nowhere_else(folder, href, command):
    (one,) = members(None, [graded("ada", folder=folder)])
    assert (one.href, one.command) == (href, command)


# --- how many ---


def test_the_overview_counts_each_student_once():
    everyone = members(
        roll(entry("a"), entry("b", late_s=5), entry("c"), missing=(Student(student="m"),)),
        [
            graded("a", ("met", "met")),
            graded("b", ("unmet", "met")),
            graded("c", ("met", "met"), reasons=("look",)),
            graded("d", ("fault", "fault"), reasons=(FAULT,), score=None),
        ],
    )
    seen = overview(everyone)
    assert (seen.students, seen.graded, seen.late, seen.unscored) == (5, 4, 1, 1)
    assert {key: value for key, value in seen.standings.items() if value} == {
        Standing.PASSED: 1,
        Standing.FAILED: 1,
        Standing.REVIEW: 2,
        Standing.MISSING: 1,
    }
    assert (seen.would_pass, seen.provisional, seen.median_score) == (1, 2, 20)
    assert (seen.max_score, seen.pass_mark) == (20, 14)


def test_a_class_without_grades_has_no_median():
    seen = overview(members(None, []))
    assert (seen.students, seen.median_score, seen.max_score) == (0, None, 0)


def test_a_spread_has_quartiles_and_who_is_at_its_ends():
    grades = [graded(f"s{i}", valid=i / 10) for i in range(1, 6)] + [graded("none", valid=None)]
    found = spread(members(None, grades), lambda grade: grade.measurements.valid_accuracy)
    assert found is not None
    assert (found.count, found.lowest, found.median, found.highest) == (5, 0.1, 0.3, 0.5)
    assert (found.lower, found.upper) == (0.2, 0.4)
    assert (found.least.student, found.most.student) == ("s1", "s5")


def test_one_value_is_its_own_spread_and_none_is_no_spread():
    one = spread(members(None, [graded()]), score_of)
    assert one is not None
    assert {one.lowest, one.lower, one.median, one.upper, one.highest} == {10}
    assert spread(members(None, [graded(score=None)]), score_of) is None


def test_the_largest_come_largest_first():
    everyone = members(None, [graded(f"s{i}", score=i) for i in range(9)])
    assert [value for value, _ in largest(everyone, score_of, 3)] == [8, 7, 6]


# --- criteria ---


def test_criteria_that_cost_most_come_first_and_faults_cost_nothing():
    everyone = members(
        None,
        [
            graded("a", ("met", "unmet", "partial")),
            graded("b", ("met", "fault", "met")),
            graded("c", ("met", "unmet", "blocked")),
        ],
    )
    found = criteria(everyone)
    assert [(one.id, one.lost) for one in found] == [("c1", 10), ("c2", 5), ("c0", 0)]
    assert students(found[0].who[Verdict.FAULT]) == ["b"]
    assert students(found[1].who[Verdict.BLOCKED]) == ["c"]
    assert found[0].total == 3
    assert criterion_ids(everyone) == ("c0", "c1", "c2")


def test_a_criterion_that_nobody_was_judged_on_has_no_loss():
    (found,) = criteria(members(None, [graded("a", ("fault",))]))
    assert found.lost is None


# --- kinds of sentences ---


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Measured 61.3 % of 7,200.", "Measured 9 % of 720."),
        ("shapes (32x675 and 784x512)", "shapes (64x2700 and 784x512)"),
        ("<A object at 0x7f3ab0>", "<A object at 0x55d00c1>"),
        ("cell 3, line 12", "cell 14,\n line 2"),
        ("a gap of -3", "a gap of \u22125"),
    ],
)
def test_sentences_that_differ_in_numbers_are_of_one_kind(one, other):
    assert kind(one) == kind(other)


def test_the_digit_of_a_name_is_no_number():
    assert kind("conv1d needed") != kind("conv2d needed")


def test_groups_are_largest_first_with_the_commonest_sentence():
    a, b, c = members(None, [graded("a"), graded("b"), graded("c")])
    found = groups([("no 1", a), ("yes", b), ("no 2", b), ("no 2", c), ("no 3", c)])
    assert [(one.text, one.alike, students(one.members)) for one in found] == [
        ("no 2", True, ["a", "b", "c"]),
        ("yes", False, ["b"]),
    ]


def test_a_mistake_is_common_from_two_and_belongs_to_its_criterion():
    same = criterion("net", "unmet", found="2 layers")
    other = criterion("net", "partial", found="3 layers")
    elsewhere = criterion("run", "unmet", found="2 layers")
    everyone = members(
        None,
        [
            graded("a", criteria=[same, elsewhere]),
            graded("b", criteria=[other]),
            graded("c", criteria=[criterion("net", "fault", found="4 layers")]),
        ],
    )
    (found,) = mistakes(everyone)
    assert (found.criterion, found.group.text, found.group.alike) == ("net", "2 layers", True)
    assert students(found.group.members) == ["a", "b"]
    assert len(mistakes(everyone, least=1)) == 2


def test_what_is_blocked_is_a_mistake_only_where_there_is_no_other():
    both = [criterion("x", "unmet"), criterion("y", "blocked")]
    alone = [criterion("x", "met"), criterion("y", "blocked"), criterion("z", "blocked")]
    everyone = members(None, [graded("a", criteria=both), graded("b", criteria=alone)])
    found = mistakes(everyone, least=1)
    assert [(one.criterion, students(one.group.members)) for one in found] == [
        ("x", ["a"]),
        ("y", ["b"]),
    ]


# --- what waits ---


def test_reviews_are_grouped_by_reason_and_a_student_may_be_in_several():
    everyone = members(
        None,
        [
            graded("a", reasons=("1 of 64 images", "hardly moved")),
            graded("b", reasons=("2 of 64 images",)),
            graded("c"),
        ],
    )
    found = attention(None, everyone).reviews
    assert [students(one.members) for one in found] == [["a", "b"], ["a"]]


def test_the_instructor_reads_what_is_hidden_from_students():
    hidden = criterion("x", "fault", title="Twins", found="no twin", visibility="hidden")
    told = graded("a", criteria=[hidden], reasons=("A hidden criterion could not be judged.",))
    assert reasons(told.grade) == ("Hidden, “Twins”: no twin",)
    assert reasons(graded("a").grade) == ("No reason was recorded.",)


def test_the_next_step_is_the_first_thing_that_waits():
    def first(called, grades):
        everyone = members(called, grades)
        return next_step(overview(everyone), attention(called, everyone)).href

    ungraded = NotGraded(source="x", reason="r", student="s")
    unknown = NotGraded(source="x", reason="r")
    gone = (Student(student="m"),)
    look = graded("a", reasons=("look",))
    assert first(roll(left=(ungraded, unknown), missing=gone), [look]) == "#review"
    assert first(roll(left=(ungraded, unknown), missing=gone), [graded()]) == "#not-graded"
    assert first(roll(left=(unknown,), missing=gone), [graded()]) == "#unclaimed"
    assert first(roll(missing=gone), [graded()]) == "#missing"
    assert first(roll(), [graded()]) == first(None, []) == ""


def test_the_latest_come_first():
    called = roll(entry("a", late_s=60), entry("b", late_s=7200), entry("c", late_s=0), entry("d"))
    everyone = members(called, [graded(name) for name in "abcd"])
    assert students(attention(called, everyone).late) == ["b", "a", "c"]
    assert overview(everyone).late == 3


@pytest.mark.parametrize(
    ("late_s", "words"),
    [(0, "late"), (3, "1 min"), (720, "12 min"), (11_100, "3 h 5 min"), (187_200, "2 d 4 h")],
)
def test_lateness_is_said_in_the_units_people_use(late_s, words):
    assert duration(late_s).replace("\u00a0", " ") == words


# --- charts ---


@pytest.mark.parametrize(
    ("low", "high", "step", "count"),
    [(0, 100, 5, 20), (0, 40, 2, 20), (0, 10, 0.5, 20), (0.76, 1, 0.02, 12)],
)
def test_intervals_are_round_and_hold_both_ends(low, high, step, count):
    made = axis(low, high)
    assert (pytest.approx(made.step), made.count) == (step, count)
    assert made.bin(low) == 0
    assert made.bin(high) == count - 1


def test_every_value_is_in_one_bar_and_the_pass_mark_at_its_place():
    series = (Series("final", "final", (0, 4.9, 5, 100)), Series("open", "provisional", (5.1,)))
    mark = Tick(70, "pass mark 70")
    made = histogram("x", "X", series, axis(0, 100), number, "points", mark)
    assert [(bar.label, bar.counts) for bar in made.bars if bar.total] == [
        ("0 to 5", (2, 0)),
        ("5 to 10", (1, 1)),
        ("95 to 100", (1, 0)),
    ]
    stacked = made.bars[1].blocks
    assert stacked[0].y == stacked[1].y + stacked[1].height
    assert made.mark is not None
    assert made.bars[13].x < made.mark.at < made.bars[14].x
    assert made.description.startswith("4 final, 1 provisional. Most, 2, lie from 0 to 5 points")


def test_ticks_of_counts_are_whole_numbers():
    for count in (1, 2, 7, 23, 999):
        series = (Series("final", "final", (1.0,) * count),)
        ticks = histogram("x", "X", series, axis(0, 10), number, "").y_ticks
        assert all(tick.label.isdigit() for tick in ticks)
        assert int(ticks[-1].label) >= count
        assert len(ticks) <= 7


def test_a_box_keeps_the_order_of_a_spread():
    called, grades = classroom(60)
    found = spread(members(called, grades), score_of)
    assert found is not None
    drawn = box(found, 0, 100)
    lengths = [drawn.lowest, drawn.lower, drawn.median, drawn.upper, drawn.highest]
    assert lengths == sorted(lengths)
    assert 0 <= lengths[0] <= lengths[-1] <= 100
    assert box(found, 5, 5).highest >= 0, "a scale without length is no error"
