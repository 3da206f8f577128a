"""A course is data."""

import pytest
import yaml
from builders import ASSIGNMENT, baseline, criterion

from grader.checks import CHECKS
from grader.course import Course, find_course
from grader.errors import CourseError
from grader.scoring.verdicts import parameters_of

LABS = ["lab1", "lab2", "lab3"]
PROFILES = ["official", "practice"]

RUBRIC = {"schema": 1, "assignment": "lab9", "pass_mark": 0.5, "criteria": [criterion("runs")]}


def write(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = document if isinstance(document, str) else yaml.safe_dump(document)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def course(tmp_path):
    """A course with one lab."""
    write(tmp_path / "assignments/lab9/assignment.yaml", ASSIGNMENT)
    write(tmp_path / "rubrics/lab9.yaml", RUBRIC)
    return Course(tmp_path)


def message(caught):
    text = str(caught.value)
    assert "\n" not in text
    assert not text.endswith(".")
    return text


@pytest.mark.parametrize("slug", LABS)
def test_our_labs_load_with_every_parameter_right(slug):
    ours = find_course(None)
    rubric = ours.rubric(slug)
    assert rubric.max_score == 100
    assert all(parameters_of(item, CHECKS) for item in rubric.criteria)
    assignment = ours.assignment(slug)
    assert len(assignment.classes) == {"mnist": 10, "asl": 24}[assignment.dataset.name]
    assert ours.reference(assignment).is_file()


def test_our_course_has_these_labs():
    assert find_course(None).slugs() == LABS


@pytest.mark.parametrize("slug", LABS)
@pytest.mark.parametrize("profile", PROFILES)
def test_our_baselines_load(slug, profile):
    found = find_course(None).baseline(slug, profile)
    assert (found.assignment, found.profile) == (slug, profile)
    assert found.layers
    assert found.robust_valid_accuracy.mean <= found.train_accuracy.max + 0.05


@pytest.mark.parametrize("profile", PROFILES)
def test_our_baselines_show_the_three_lessons(profile):
    found = find_course(None).baselines(profile)
    assert found["lab1"].gap.mean < 0.05
    assert found["lab2"].gap.mean > found["lab3"].gap.mean + 0.05
    assert (
        found["lab3"].robust_valid_accuracy.mean > found["lab2"].robust_valid_accuracy.mean + 0.05
    )


def test_a_course_is_the_named_folder_or_the_environments(course, monkeypatch, tmp_path):
    assert find_course(course.folder).slugs() == ["lab9"]
    monkeypatch.setenv("GRADER_COURSE", str(course.folder))
    assert find_course(None).slugs() == ["lab9"]
    monkeypatch.setenv("GRADER_COURSE", str(tmp_path / "elsewhere"))
    assert find_course(course.folder).slugs() == ["lab9"]
    with pytest.raises(CourseError, match="no folder named assignments"):
        find_course(None)


def test_a_folder_without_assignments_is_no_course(tmp_path):
    with pytest.raises(CourseError) as caught:
        find_course(tmp_path)
    assert str(tmp_path) in message(caught)


@pytest.mark.parametrize("slug", ["lab8", "", "../lab9", "lab9/.."])
def test_an_unknown_assignment_lists_those_there_are(course, slug):
    with pytest.raises(CourseError) as caught:
        course.assignment(slug)
    assert message(caught).endswith("it has lab9")


def test_capitals_are_understood_and_corrected(course):
    with pytest.raises(CourseError, match="write 'lab9'"):
        course.assignment("LAB9")


def test_an_assignment_must_call_itself_what_its_folder_does(course):
    write(course.folder / "assignments/lab8/assignment.yaml", ASSIGNMENT)
    with pytest.raises(CourseError, match="calls itself 'lab9'"):
        course.assignment("lab8")


def test_a_fourth_lab_needs_no_code(course):
    assert course.assignment("lab9").title == "Lab 9"
    assert course.rubric("lab9").max_score == 10
    write(
        course.folder / "rubrics/baselines/lab9.official.json",
        baseline("lab9").model_dump_json(by_alias=True),
    )
    assert course.baseline("lab9", "official") == baseline("lab9")
    assert course.baselines("official") == {"lab9": baseline("lab9")}
    assert course.baselines("practice") == {}


def test_data_of_unknown_origin_is_held_to_the_official_baseline(course):
    text = baseline("lab9").model_dump_json(by_alias=True)
    write(course.folder / "rubrics/baselines/lab9.official.json", text)
    assert course.baseline("lab9", "custom") == baseline("lab9")
    assert set(course.baselines("custom")) == {"lab9"}


def test_tiny_numbers_survive_in_a_baseline(course):
    small = baseline("lab9", peak_rss_mb=1e-05)
    write(
        course.folder / "rubrics/baselines/lab9.official.json",
        small.model_dump_json(by_alias=True, indent=1),
    )
    assert course.baseline("lab9", "official").peak_rss_mb == 1e-05


def test_a_missing_baseline_names_its_place(course):
    with pytest.raises(CourseError, match=r"lab9\.practice\.json"):
        course.baseline("lab9", "practice")


def test_a_rubric_can_be_named(course, tmp_path):
    write(tmp_path / "strict.yaml", RUBRIC | {"pass_mark": 0.9})
    assert course.rubric("lab9", tmp_path / "strict.yaml").pass_mark == 0.9


def test_a_course_without_solutions_says_so(course):
    with pytest.raises(CourseError, match="no worked solution for lab9"):
        course.reference(course.assignment("lab9"))


def test_checks_of_a_course_are_its_python_files(course):
    write(course.folder / "checks/own.py", "")
    write(course.folder / "checks/notes.txt", "")
    assert [path.name for path in course.check_files()] == ["own.py"]


WRONG = {
    "not YAML": ("criteria: [", "not valid YAML"),
    "a tab": ("criteria:\n\t- id: a", "not valid YAML"),
    "a control character": ("title: \x01", "not valid YAML"),
    "a date that does not exist": ("title: 2026-99-99", "not valid YAML"),
    "nested without end": ("[" * 5000, "not valid YAML"),
    "python objects": ("!!python/object/apply:os.system [true]", "not valid YAML"),
    "empty": ("", "the document"),
    "a list": ("[1, 2]", "the document"),
    "an unknown key": (RUBRIC | {"colour": 1}, "colour: this key is not known here"),
    "a missing key": ({"schema": 1}, "assignment: this key is missing; pass_mark: this key is"),
    "a misspelt key": (
        {**RUBRIC, "criterai": []},
        "criterai: this key is not known here, did you mean 'criteria'?",
    ),
    "another schema": (RUBRIC | {"schema": 2}, "schema: must be 1, not 2"),
    "a key twice": (
        "schema: 1\nassignment: lab9\npass_mark: 0.5\nschema: 1\n",
        "the key 'schema' is given twice, in line 1 and in line 4",
    ),
    "a key twice, deep inside": (
        "criteria:\n  - id: a\n    points: 1\n    with: {full: 0.9,\n      full: 0.8}\n",
        "the key 'full' is given twice, in line 4 and in line 5",
    ),
    "a date for a key": ("2026-01-01: 1", "not valid YAML"),
    "a list in itself": ("a: &a [*a]", "not valid YAML"),
    "a pass mark in per cent": (
        RUBRIC | {"pass_mark": 70},
        "pass_mark: must be a number between 0 and 1, not 70",
    ),
    "a pass mark in quotes": (RUBRIC | {"pass_mark": "0.5"}, "not the text '0.5'"),
    "a pass mark that is no number": (RUBRIC | {"pass_mark": float("nan")}, "pass_mark"),
    "no criteria": (RUBRIC | {"criteria": []}, "criteria"),
    "no list of criteria": (
        RUBRIC | {"criteria": {}},
        "must be a list that is not empty, not keys",
    ),
    "a criterion that is none": (
        RUBRIC | {"criteria": [criterion("a"), 3]},
        "criterion 2: must be keys with values (id, title, points, check, with,",
    ),
    "negative points": (
        RUBRIC | {"criteria": [criterion("a", points=-5)]},
        "criterion 'a', points: must be a number of at least 0, not -5",
    ),
    "yes for points": (
        "schema: 1\nassignment: lab9\npass_mark: 0.5\n"
        "criteria:\n- {id: a, title: A, check: completes, points: yes}\n",
        "criterion 'a', points: must be a number of at least 0, not true",
    ),
    "points in quotes": (
        RUBRIC | {"criteria": [criterion("a", points="10")]},
        "criterion 'a', points: must be a number of at least 0, not the text '10'",
    ),
    "a number for text": (RUBRIC | {"criteria": [criterion("a", help=3)]}, "help: must be text"),
    "nothing after the colon": (
        RUBRIC | {"criteria": [criterion("a", help=None)]},
        "criterion 'a', help: must be text, but nothing is written there",
    ),
    "text for a list": (
        RUBRIC | {"criteria": [criterion("a", requires="b")]},
        "criterion 'a', requires: must be a list, not the text 'b'",
    ),
    "an unknown visibility": (
        RUBRIC | {"criteria": [criterion("a", visibility="after_due")]},
        "criterion 'a', visibility: 'after_due' is not known here, did you mean 'after_due_date'?",
    ),
    "no points at all": (RUBRIC | {"criteria": [criterion("a", points=0)]}, "has points"),
    "infinite points": (RUBRIC | {"criteria": [criterion("a", points=float("inf"))]}, "points"),
    "an id with a space": (
        RUBRIC | {"criteria": [criterion("a b")]},
        "criterion 'a b', id: must be lower-case letters, digits and hyphens",
    ),
    "a criterion without title": (RUBRIC | {"criteria": [criterion("a") | {"title": ""}]}, "title"),
    "a duplicate id": (
        RUBRIC | {"criteria": [criterion("a"), criterion("a")]},
        "two criteria have the id 'a'",
    ),
    "a requirement below": (
        RUBRIC | {"criteria": [criterion("a", requires=["b"]), criterion("b")]},
        "requires 'b', which is not the id of a criterion above it",
    ),
    "a requirement of itself": (
        RUBRIC | {"criteria": [criterion("a", requires=["a"])]},
        "requires 'a'",
    ),
    "an unknown key in a criterion": (
        RUBRIC | {"criteria": [criterion("a", requries=["b"])]},
        "criterion 'a', requries: this key is not known here, did you mean 'requires'?",
    ),
    "another lab's": (RUBRIC | {"assignment": "lab8"}, "is for 'lab8', not for 'lab9'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rubric_is_one_sentence_that_names_the_place(course, name):
    document, words = WRONG[name]
    write(course.folder / "rubrics/lab9.yaml", document)
    with pytest.raises(CourseError) as caught:
        course.rubric("lab9")
    assert words in message(caught)
    assert "lab9.yaml" in message(caught)


def test_every_mistake_is_named_unknown_keys_first(course):
    wrong = {"pass_mark": 7, "criteria": [criterion("a", points="x", requries=[])]}
    write(course.folder / "rubrics/lab9.yaml", RUBRIC | wrong)
    with pytest.raises(CourseError) as caught:
        course.rubric("lab9")
    said = message(caught).split(" is wrong: ")[1].split("; ")
    assert [one.split(":")[0] for one in said] == [
        "criterion 'a', requries",
        "pass_mark",
        "criterion 'a', points",
    ]


def test_a_misspelt_key_is_one_mistake_not_a_missing_key_too(course):
    misspelt = {
        ("titel" if key == "title" else key): value for key, value in criterion("a").items()
    }
    write(course.folder / "rubrics/lab9.yaml", RUBRIC | {"criteria": [misspelt]})
    with pytest.raises(CourseError) as caught:
        course.rubric("lab9")
    assert message(caught).endswith(
        "is wrong: criterion 'a', titel: this key is not known here, did you mean 'title'?"
    )


def test_whole_numbers_and_fractions_are_both_numbers(course):
    document = RUBRIC | {"pass_mark": 1, "criteria": [criterion("a", points=2.5)]}
    write(course.folder / "rubrics/lab9.yaml", document)
    assert course.rubric("lab9").max_score == 2.5


def test_a_merged_key_may_be_overridden(course):
    text = (
        "schema: 1\nassignment: lab9\npass_mark: 0.5\ncriteria:\n"
        "- &one {id: a, title: A, points: 1, check: completes}\n- {<<: *one, id: b}\n"
    )
    write(course.folder / "rubrics/lab9.yaml", text)
    assert [item.id for item in course.rubric("lab9").criteria] == ["a", "b"]


def test_a_rubric_that_is_not_there_names_its_place(course):
    (course.folder / "rubrics/lab9.yaml").unlink()
    with pytest.raises(CourseError, match=r"there is no rubric at .*lab9\.yaml"):
        course.rubric("lab9")


def test_a_rubric_that_is_a_folder_or_not_text_cannot_be_read(course, tmp_path):
    with pytest.raises(CourseError, match="cannot be read"):
        course.rubric("lab9", tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match="cannot be read"):
        course.rubric("lab9", tmp_path / "binary.yaml")


@pytest.mark.parametrize(
    "changes",
    [
        {"dataset": {"name": "cifar"}},
        {"classes": ["a"]},
        {"slug": "Lab 9"},
        {"snapshots": 0},
        {"limits": {"wall_s": 0}},
        {"limit": {"wall_s": 10}},
    ],
)
def test_a_wrong_assignment_is_the_courses_mistake(course, changes):
    write(course.folder / "assignments/lab9/assignment.yaml", ASSIGNMENT | changes)
    with pytest.raises(CourseError) as caught:
        course.assignment("lab9")
    assert next(iter(changes)) in message(caught)


def test_what_a_course_hides_from_students_holds_rubrics_and_our_code(course):
    hidden = course.private_folders()
    assert course.folder in hidden
    assert any((folder / "evaluator").is_dir() for folder in hidden)
