"""``grader review``: a person looks at a result, decides, and the decision lasts."""

import json

import pytest
import yaml
from builders import claims, criterion, evidence, expectation, measurements, rubric, trace
from data_files import write_mnist
from endings import mistake
from fakes import TRAIN, VALID, Actors, train_honestly, use

from grader import reports
from grader.checks import with_course_checks
from grader.cli import review as review_command
from grader.model.evidence import Holdout, HoldoutSnapshot, Moved, SubmissionRecord
from grader.model.evidence import Stored as StoredValues
from grader.model.submission import Kind
from grader.pipeline import run, setup
from grader.results import store
from grader.results.store import Logs, read_result, read_results, update_result, write_result
from grader.scoring import flags, score

LAB9 = {"schema": 1, "assignment": "lab9", "pass_mark": 0.5}
CRITERIA = (
    criterion("a", "always"),
    criterion("runs", points=4),
    criterion("secret", points=2, visibility="hidden"),
    criterion("told", "claims_agree", points=0),
)
OURS = """
from grader.checks.interface import Check, NoParameters
from grader.model.verdict import Finding, Verdict

FOUND = Finding(verdict=Verdict.FAULT, share=0, expected="It be.", found="The disk was full.")
CHECK = Check("ours", "Never judged.", NoParameters, lambda *_: FOUND)
"""
FLAG = "The parameters hardly moved while the program trained"
STILL = measurements(moved=Moved(parameters=6, moved=6, relative_distance=1e-9))
HOSTILE = "<b>x</b>[red]\x1b[31m\u202e\x07::error::"


@pytest.fixture
def course(course):
    """The lab has a criterion of every kind, and a check that fails by our fault."""
    (course / "checks/ours.py").write_text(OURS)
    rules(course, *CRITERIA)
    return course


def rules(course, *criteria):
    (course / "rubrics/lab9.yaml").write_text(yaml.safe_dump(LAB9 | {"criteria": list(criteria)}))


@pytest.fixture
def stored(here, course, monkeypatch):
    """Put a result into ``out``, graded as the course does it; nothing is ever run."""
    monkeypatch.setattr(run, "execute", None)

    def write(student="ada", criteria=CRITERIA, files=("lab.py",), **changes):
        record = SubmissionRecord(
            student=student, kind=Kind.SCRIPT, main="lab.py", files=files, sha256="1" * 64
        )
        found = evidence(assignment="lab9", submission=record, **changes)
        checks = with_course_checks(tuple(sorted((course / "checks").glob("*.py"))))
        grade = score(found, rubric(*criteria, assignment="lab9"), expectation(), checks)
        return write_result(here / "out", found, grade, {"report.html": "old"}, Logs("", "", None))

    return write


@pytest.fixture
def review(grader, course):
    """``grader review`` as Grace, in the course of this test."""

    def command(*arguments):
        deciding = any(str(one).startswith("--") for one in arguments)
        who = ("--by", "Grace", "--course", course) if deciding else ()
        return grader("review", "out", *arguments, *who)

    return command


def grade_in(folder):
    return read_results(folder).results[0].grade


def content(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- looking ---


def test_everyone_who_needs_review_is_listed_with_the_reasons(review, stored):
    stored("ada", measurements=STILL)
    stored("bob")
    stored("cy", measurements=measurements(agreement=None))
    code, out, err = review()
    assert (code, err) == (0, "")
    assert "ada: 16 of 16 points, provisional, needs review\n  The parameters hardly moved" in out
    assert "cy: 16 of 16 points" in out
    assert "  The running model gave no answers" in out
    assert "bob" not in out
    assert "2 of 3 results need review\nTo see one: grader review out STUDENT\n" in out


def test_where_nothing_needs_review_that_is_said(review, stored):
    stored()
    assert review() == (0, "0 of 1 result needs review\n", "")


def test_a_damaged_result_hides_no_other(review, stored):
    stored("ada", measurements=STILL)
    (stored("bob") / "evidence.json").write_text("{")
    (stored("cy") / "grade.json").unlink()
    (stored("dee") / "review.json").write_text("{")
    code, out, err = review()
    assert code == 2
    assert "ada: 16 of 16" in out
    assert [name in err for name in ("out/bob", "out/cy", "out/dee")] == [True] * 3
    assert err.count("\n") == 3


def test_all_there_is_to_decide_by_is_shown_without_a_course(review, stored):
    folder = stored(measurements=STILL)
    before = content(folder)
    code, out, _ = review("ada")
    assert code == 0
    for words in (
        f"Why it needs review\n  {FLAG}",
        "Hidden. The secret criterion:",
        "training accuracy: 99.0\u00a0%, said 98.0\u00a0%",
        "validation accuracy: 98.0\u00a0%, said 98.0\u00a0%",
        "layers: flatten linear relu linear relu linear",
        "graded: lab.py; sha256 111111111111…\n",
        "by epoch: 1: 96.0\u00a0%, 2: 97.0\u00a0%, 3: 97.5\u00a0%, 4: 98.0\u00a0%, 5: 98.0\u00a0%;",
        "the record counts 5\n",
        f"moved by 1e-09 of their size, usually about 1 (flagged below {flags.HARDLY:g})",
        "the program ran to its end; 48\u00a0s at level 3 (bubblewrap)",
        "out/ada/report.html",
        "out/ada/stderr.txt",
        "grader review out ada --accept --note WHY",
        "grader review out ada --points CRITERION=N --note WHY",
    ):
        assert words in out, words
    for absent in ("executed.ipynb", "after the", "held out", "stored values", "every weight"):
        assert absent not in out, absent
    assert content(folder) == before


def test_each_figure_that_is_known_is_shown_beside_its_limit(review, stored):
    epochs = (("epoch-4", 0.9, 0.25, 0.034), ("final", 0.95, 0.012, 0.034))
    stored(
        files=("lab.py", *(f"data-{i}.py" for i in range(12))),
        claims=claims(trace=trace(7)),
        measurements=measurements(
            settled=0.25,
            leap=1.5,
            idle_epochs=2,
            stored=StoredValues(values=669_706, untrained=1_000, table=500_000),
            holdout=Holdout(
                share=0.2,
                images=1_396,
                clusters=66,
                all_clusters=338,
                level=0.001,
                snapshots=tuple(
                    HoldoutSnapshot(name=name, accuracy=right, gap=gap, detectable_gap=chance)
                    for name, right, gap, chance in epochs
                ),
            ),
        ),
    )
    out = review("ada")[1].replace("\u00a0", " ")
    for words in (
        "graded: lab.py, beside it data-0.py, ",
        "data-9.py, and 2 more; sha256 1111",
        "the record counts 7\n",
        "epochs that left every weight as it was: 2, usually none",
        "in 6 of 6 tensors",
        f"after the first epoch by 0.25 (flagged below {flags.HARDLY:g}, where",
        f"less than a {flags.MOSTLY}th",
        f"by 1.5 of the whole way, usually below 1 (flagged above {flags.FAR:g})",
        "stored values: 669,706, of them 1,000 untrained (flagged above one half)",
        f"no layer: 500,000 values (flagged above {flags.TABLE:,})",
        "on 1,396 images held out: 95.0 %; worst gap 25.0 percentage points (epoch-4), chance "
        "explains up to 3.4\n",
    ):
        assert words in out, words


def test_what_was_never_measured_has_no_figures_and_harms_nothing(review, stored):
    stored(measurements=None, claims=claims(trace=None))
    code, out, _ = review("ada")
    assert (code, "graded: lab.py" in out, "by epoch" in out) == (0, True, False)


def test_a_students_own_folder_can_be_named(grader, stored, monkeypatch):
    folder = stored(measurements=STILL)
    monkeypatch.chdir(folder)
    code, out, _ = grader("review", ".")
    assert code == 0
    assert "grader review . --accept --note WHY" in out


def test_a_renamed_folder_is_found_by_its_name_and_by_the_students(review, stored, here):
    stored(measurements=STILL).rename(here / "out/late-ada")
    for name in ("late-ada", "ada"):
        assert "Why it needs review" in review(name)[1]
    stored()
    assert "Why it needs review" not in review("ada")[1]
    (here / "out/ada").rename(here / "out/early-ada")
    assert "name one of the folders early-ada, late-ada" in mistake(review("ada"))


# --- deciding ---


def test_an_accepted_grade_is_final_and_says_by_whom(review, stored, grader):
    folder = stored(measurements=STILL)
    code, out, err = review("ada", "--accept", "--note", "I saw it train.")
    assert (code, err) == (0, "")
    assert "ada: needs review → needs no review\n16 of 16 points, passed\n" in out
    grade = grade_in(folder)
    assert (grade.needs_review, grade.provisional, grade.reasons) == (False, False, ())
    assert FLAG in grade.flags[0]
    (decision,) = grade.reviews
    assert (decision.by, decision.note) == ("Grace", "I saw it train.")
    assert decision.settles == grade.flags
    assert json.loads((folder / "review.json").read_text())["decisions"] == [
        decision.model_dump(mode="json")
    ]
    page = (folder / "report.html").read_text()
    assert f"Reviewed by Grace on {decision.date}: I saw it train." in page
    assert "Needs review" not in page
    assert FLAG in page
    assert review() == (0, "0 of 1 result needs review\n", "")
    shown = review("ada")[1]
    assert f"Decided\n  Reviewed by Grace on {decision.date}: I saw it train." in shown
    assert "Noticed, and settled\n  The parameters" in shown


def test_points_are_set_and_seen_everywhere(review, stored):
    folder = stored()
    code, out, _ = review("ada", "--points", "a=2.5", "--points", "secret=0", "--note", "Copied.")
    assert code == 0
    assert "16 of 16 → 6.5 of 16, passed → not passed" in out
    assert "The a criterion: 10 of 10 ✓ met → 2.5 of 10 ◐ partly" in out
    grade = grade_in(folder)
    assert [(one.earned, one.before_review) for one in grade.criteria] == [
        (2.5, 10),
        (4, None),
        (0, 2),
        (0, None),
    ]
    assert (grade.score, grade.passed) == (6.5, False)
    page = (folder / "report.html").read_text()
    assert "A person gave 2.5 points here; the check gave 10." in page
    assert "secret" not in page
    shown = review("ada")[1]
    assert "2.5 / 10 (was 10)" in shown
    assert ": Copied. (a 2.5 of 10, secret 0 of 2)" in shown


def test_a_remark_leaves_the_grade(review, stored):
    folder = stored(measurements=STILL)
    before = grade_in(folder)
    code, out, _ = review("ada", "--note", "Ask her.")
    assert (code, "noted, the grade stays as it is" in out) == (0, True)
    after = grade_in(folder)
    assert after.model_copy(update={"reviews": ()}) == before
    assert after.needs_review


def test_a_decision_is_taken_back_and_history_stays(review, stored):
    folder = stored()
    review("ada", "--points", "a=0")
    code, out, _ = review("ada", "--reopen", "--note", "She complained.")
    assert code == 0
    assert "needs no review → needs review" in out
    assert "needs review: Grace asked on" in out
    grade = grade_in(folder)
    assert (grade.score, grade.needs_review) == (16, True)
    shown = review("ada")[1]
    assert "(a 0 of 10) – taken back" in shown
    assert "Opened again by Grace" in shown
    assert review("ada", "--accept")[0] == 0
    assert not grade_in(folder).needs_review
    assert len(json.loads((folder / "review.json").read_text())["decisions"]) == 3


def test_what_the_grader_failed_to_judge_is_settled_only_by_points(review, stored, course):
    criteria = (*CRITERIA, criterion("x", "ours", 3))
    rules(course, *criteria)
    folder = stored(criteria=criteria)
    before = content(folder)
    said = mistake(review("ada", "--accept"))
    assert "failed to judge x: give what it deserves with --points x=N" in said
    assert mistake(review("ada", "--points", "a=1")) == said
    shown = review("ada")[1]
    assert "grader review out ada --points x=N --note WHY" in shown
    assert "--accept" not in shown
    assert content(folder) == before
    assert review("ada", "--points", "x=3")[0] == 0
    grade = grade_in(folder)
    assert (grade.score, grade.needs_review) == (19, False)
    page = (folder / "report.html").read_text()
    assert "Nothing: it is all there" in page
    assert "our fault" not in page


MISTAKES = {
    "no such student": (("eve", "--accept"), "has no result of 'eve'"),
    "nobody named": (("--accept",), "name whom to decide about"),
    "both ways": (("ada", "--accept", "--reopen"), "use one of them"),
    "an empty note": (("ada", "--note", " "), "--note is empty"),
    "a long note": (("ada", "--note", "x" * 1001), "--note cannot be kept like this"),
    "nobody decides": (("ada", "--accept", "--by", " "), "--by is empty"),
    "a long name": (("ada", "--accept", "--by", "x" * 81), "--by cannot be kept like this"),
    "nothing decided": (("ada", "--by", "Grace"), "--by alone decides nothing"),
    "no figure": (("ada", "--points", "a"), "--points takes CRITERION=POINTS"),
    "no number": (("ada", "--points", "a=x"), "--points takes CRITERION=POINTS"),
    "not finite": (("ada", "--points", "a=nan"), "--points takes CRITERION=POINTS"),
    "too many": (("ada", "--points", "a=10.01"), "'a' is worth 10 points"),
    "negative": (("ada", "--points", "a=-1"), "'a' is worth 10 points"),
    "no such criterion": (("ada", "--points", "b=1"), "use one of a, runs, secret"),
    "not scored": (("ada", "--points", "told=0"), "no criterion with points is called 'told'"),
    "twice": (("ada", "--points", "a=1", "--points", "a=2"), "names 'a' twice"),
    "no text": (("ada", "--note", "\udcff"), "--note cannot be kept like this"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence_and_changes_nothing(grader, course, stored, name):
    folder = stored(measurements=STILL)
    before = content(folder)
    arguments, words = MISTAKES[name]
    assert words in mistake(grader("review", "out", *arguments, "--course", course))
    assert content(folder) == before


def test_a_grade_that_needs_no_review_is_not_accepted_twice(review, stored):
    stored(measurements=STILL)
    review("ada", "--accept")
    assert "needs no review: change it with --points" in mistake(review("ada", "--accept"))


def test_nobody_decides_about_a_grade_that_the_rubric_no_longer_gives(review, stored, course):
    folder = stored(measurements=STILL)
    rules(course, *CRITERIA[:1])
    before = content(folder)
    said = mistake(review("ada", "--accept"))
    assert "run 'grader regrade out/ada' first" in said
    assert content(folder) == before


def test_a_damaged_review_or_a_missing_grade_is_named(review, stored):
    folder = stored(measurements=STILL)
    (folder / "review.json").write_text("{")
    assert "the review in out/ada cannot be read" in mistake(review("ada", "--accept"))
    (folder / "review.json").unlink()
    (folder / "grade.json").unlink()
    assert "grader regrade out/ada" in mistake(review("ada", "--accept"))


def test_who_decides_is_the_user_unless_named(grader, course, stored, monkeypatch):
    folder = stored(measurements=STILL)
    monkeypatch.setenv("LOGNAME", "ada-teacher")
    assert grader("review", "out", "ada", "--note", "x", "--course", course)[0] == 0
    assert grade_in(folder).reviews[0].by == "ada-teacher"

    def nobody():
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(review_command.getpass, "getuser", nobody)
    ended = grader("review", "out", "ada", "--note", "x", "--course", course)
    assert "say it with --by NAME" in mistake(ended)


def test_what_is_typed_is_inert_wherever_it_is_shown(grader, course, stored):
    folder = stored(measurements=STILL)
    arguments = ("--by", f"Eve {HOSTILE}", "--note", f"why {HOSTILE}", "--course", course)
    for action in ("--accept", "--reopen"):
        code, out, _ = grader("review", "out", "ada", action, *arguments)
        shown = out + grader("review", "out", "ada")[1] + grader("review", "out")[1]
        assert code == 0
        assert not set(shown) & {"\x1b", "\u202e", "\x07"}
        page = (folder / "report.html").read_text()
        assert "<b>x" not in page
        assert not set(page) & {"\x1b", "\u202e", "\x07"}
        assert "&lt;b&gt;x&lt;/b&gt;[red]" in page
    assert "[red]" in shown
    assert (
        json.loads((folder / "review.json").read_text())["decisions"][0]["by"] == f"Eve {HOSTILE}"
    )


# --- lasting ---


def test_a_regrade_keeps_what_was_decided(review, stored, grader, course):
    folder = stored(measurements=STILL)
    review("ada", "--points", "a=3", "--note", "Seen.")
    before = content(folder)
    assert "0 changed" in grader("regrade", "out", "--course", course)[1]
    assert content(folder) == before
    rules(course, *CRITERIA[:3], criterion("more", points=5))
    code, out, _ = grader("regrade", "out", "--course", course)
    assert (code, "ada: 9 of 16 → 14 of 21" in out) == (0, True)
    grade = grade_in(folder)
    assert (grade.criteria[0].earned, grade.needs_review) == (3, False)
    assert grade.reviews[0].note == "Seen."
    assert (folder / "review.json").read_bytes() == before["review.json"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (criterion("renamed", "always"), "no longer there"),
        (criterion("a", "always", 2), "worth 2 points now"),
    ],
)
def test_a_decision_that_no_longer_fits_is_said_and_needs_a_person(
    review, stored, grader, course, changed, words
):
    folder = stored(measurements=STILL)
    review("ada", "--points", "a=3", "--points", "runs=1")
    rules(course, changed, *CRITERIA[1:])
    code, out, _ = grader("regrade", "out", "--course", course)
    assert code == 0
    assert "needs no review → needs review" in out
    assert f"do not count any more: it is {words}." in out
    grade = grade_in(folder)
    assert [one.earned for one in grade.criteria[:2]] == [changed["points"], 1]
    assert len(grade.reasons) == 1
    assert review("ada", "--accept")[0] == 0
    assert not grade_in(folder).needs_review
    assert "0 changed" in grader("regrade", "out", "--course", course)[1]


def test_a_regrade_leaves_a_result_alone_whose_decisions_cannot_be_read(stored, grader, course):
    folder = stored(criteria=CRITERIA[:1])
    stored("bob", criteria=CRITERIA[:1])
    (folder / "review.json").write_text("{")
    before = content(folder)
    code, out, err = grader("regrade", "out", "--course", course)
    assert (code, err.count("\n")) == (2, 1)
    assert "the review in out/ada cannot be read" in err
    assert "bob: 10 of 10 → 16 of 16" in out
    assert content(folder) == before


def test_a_decision_outlasts_a_grade_that_could_not_be_written(
    review, stored, grader, course, monkeypatch
):
    folder = stored(measurements=STILL)
    with monkeypatch.context() as full:
        full.setattr(
            store, "_replace", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space"))
        )
        assert "cannot be rewritten (No space)" in mistake(review("ada", "--accept"))
    assert grade_in(folder).needs_review
    assert "run 'grader regrade out/ada' first" in mistake(review("ada", "--note", "x"))
    assert "needs review → needs no review" in grader("regrade", "out", "--course", course)[1]
    assert not grade_in(folder).needs_review


def meanwhile(monkeypatch, act):
    """Let something happen while the page of a decision is made."""
    real = reports.render_pages
    monkeypatch.setattr(reports, "render_pages", lambda *given: (act(), real(*given))[1])


def test_a_decision_about_work_that_is_graded_meanwhile_changes_nothing(
    review, stored, monkeypatch
):
    folder = stored(measurements=STILL)
    meanwhile(monkeypatch, lambda: stored(measurements=STILL, seed=1))
    assert "was graded again meanwhile" in mistake(review("ada", "--accept"))
    one = read_result(folder)
    assert (one.evidence.seed, one.grade.seed, one.review.decisions) == (1, 1, ())


def test_a_decision_never_brings_back_the_grade_of_an_older_rubric(review, stored, monkeypatch):
    folder = stored(measurements=STILL)
    other = score(evidence(), rubric(criterion("new")), expectation(), with_course_checks(()))

    def regrade():
        one = read_result(folder)
        update_result(one, one.evidence, other, {"report.html": ""})

    meanwhile(monkeypatch, regrade)
    assert "was made again meanwhile" in mistake(review("ada", "--accept"))
    assert grade_in(folder) == other
    assert not (folder / "review.json").exists()


def test_work_that_is_graded_again_is_not_judged_by_an_old_decision(review, stored, grader, course):
    folder = stored(measurements=STILL)
    review("ada", "--points", "a=0", "--note", "Copied.")
    stored(measurements=STILL, seed=1)
    grade = grade_in(folder)
    assert (grade.score, grade.needs_review, grade.reviews) == (16, True, ())
    assert "What was decided about earlier work does not count" in review()[1]
    assert "Copied. (a 0 of 10) – about earlier work" in review("ada")[1]
    assert "0 changed" in grader("regrade", "out", "--course", course)[1]
    review("ada", "--accept")
    assert (grade_in(folder).score, grade_in(folder).needs_review) == (16, False)
    assert len(json.loads((folder / "review.json").read_text())["decisions"]) == 2


def test_a_points_change_that_a_new_run_leaves_behind_is_listed(review, stored):
    stored()
    review("ada", "--points", "a=0")
    stored(seed=1)
    code, out, _ = review()
    assert code == 0
    assert "ada: 16 of 16 points, passed\n  What was decided about earlier work" in out
    assert "0 of 1 result needs review" in out


def test_a_check_into_the_same_folder_needs_review_again_and_says_so(grader, here, monkeypatch):
    write_mnist(here / "data", TRAIN, VALID)
    use(monkeypatch, Actors(train_honestly))
    first, _, _ = grader("check", "lab1", "lab.py")
    folder = here / "results/lab1/lab"
    assert grader("review", "results/lab1", "lab", "--reopen", "--note", "Odd.")[0] == 0
    assert grade_in(folder).needs_review
    assert grader("review", "results/lab1", "lab", "--accept")[0] == 0
    decided = (folder / "review.json").read_bytes()
    code, out, _ = grader("check", "lab1", "lab.py")
    assert code == first
    assert "What was decided about earlier work does not count for this one." in out
    assert (folder / "review.json").read_bytes() == decided
    assert grade_in(folder).reviews == ()


def test_looking_reads_no_rubric(stored, review, monkeypatch):
    stored(measurements=STILL)
    monkeypatch.setattr(setup, "standard", None)
    assert review()[0] == 0
    assert review("ada")[0] == 0


def test_help_names_the_command_and_its_options(grader):
    assert "review" in grader("--help")[1]
    out = grader("review", "--help")[1]
    assert all(name in out for name in ("--accept", "--points", "--reopen", "--note", "--by"))
