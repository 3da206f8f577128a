"""``grader autograder`` as a course's author has it."""

import json
import zipfile


def settings_in(path):
    with zipfile.ZipFile(path) as archived:
        return json.loads(archived.read("autograder.json"))


def test_the_zip_is_written_where_it_is_wanted_and_named(grader, here):
    code, said, errors = grader("autograder", "gradescope", "lab1")
    assert (code, said, errors) == (0, "lab1-gradescope.zip\n", "")
    assert settings_in(here / "lab1-gradescope.zip")["data"] == "practice"
    code, said, _ = grader("autograder", "gradescope", "lab2", "--out", "x.zip", "--minutes", "40")
    assert (code, said) == (0, "x.zip\n")
    found = settings_in(here / "x.zip")
    assert (found["assignment"], found["minutes"]) == ("lab2", 40)


def test_a_course_of_ones_own_with_its_checks_is_packed(grader, here, course):
    code, _, errors = grader("autograder", "gradescope", "lab9", "--course", course)
    assert (code, errors) == (0, "")
    with zipfile.ZipFile(here / "lab9-gradescope.zip") as archived:
        names = set(archived.namelist())
    assert {"course/checks/always.py", "course/rubrics/lab9.yaml"} <= names


def test_what_cannot_be_graded_there_is_said_here(grader, here):
    for arguments, remedy in (
        (("lab7",), "it has lab1, lab2, lab3"),
        (("lab1", "--data", here), "there is no MNIST data"),
        (("lab1", "--data", here, "--practice"), "leave out either --practice or --data"),
        (("lab1", "--rubric", here / "none.yaml"), "none.yaml"),
        (("lab1", "--out", here / "no" / "where.zip"), "name another file with --out"),
        (("lab1", "--out", here), "is no file: name another file with --out"),
        (("lab1", "--out", "/dev/null"), "is no file: name another file with --out"),
        (("lab1", "--minutes", "90"), "40"),
    ):
        code, said, errors = grader("autograder", "gradescope", *arguments)
        assert (code, said) == (2, ""), arguments
        assert remedy in errors
    assert not list(here.glob("*.zip"))


def test_what_runs_in_a_container_is_not_for_the_list_of_commands(grader):
    _, said, _ = grader("--help")
    assert "autograder" in said
    assert "autograded" not in said


def test_without_an_archive_there_is_nothing_to_grade(grader, here):
    code, _, errors = grader("autograded", here)
    assert code == 3
    assert "make the archive again" in errors
