"""From a path to exactly one submission."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nested_folders import nested

from grader.discovery import find as find_module
from grader.discovery import find_submission
from grader.discovery.find import identifier
from grader.errors import CallerError, SubmissionError
from grader.model.submission import Kind


def make(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {path.name}\n")
    return folder


def refused(path, student=None):
    with pytest.raises(SubmissionError) as caught:
        find_submission(path, student)
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("lab.py", Kind.SCRIPT),
        ("LAB.PY", Kind.SCRIPT),
        ("lab.ipynb", Kind.NOTEBOOK),
        ("my work (2).ipynb", Kind.NOTEBOOK),
    ],
)
def test_a_file_travels_alone(tmp_path, name, kind):
    make(tmp_path, name, "helper.py", "other.ipynb")
    found = find_submission(tmp_path / name)
    assert (found.kind, found.main, found.files) == (kind, name, (name,))
    assert found.folder == tmp_path.resolve()


@pytest.mark.parametrize(
    ("names", "main"),
    [
        (["lab.py"], "lab.py"),
        (["lab.ipynb"], "lab.ipynb"),
        (["lab.ipynb", "lab.py", "weights.pt"], "lab.ipynb"),
        (["lab.py", "pkg/utils.py", "weights.pt"], "lab.py"),
        (["lab.py", ".hidden.py"], "lab.py"),
        (["deeper/lab.py", "deeper/utils/x.py"], "lab.py"),
    ],
)
def test_a_folder_holds_one_file_to_grade(tmp_path, names, main):
    found = find_submission(make(tmp_path / "ada", *names))
    assert found.main == main
    assert main in found.files
    assert {name.removeprefix("deeper/") for name in names} == set(found.files)
    assert found.student == "ada"


@pytest.mark.parametrize("suffix", ["py", "ipynb"])
def test_an_ambiguous_folder_lists_the_candidates(tmp_path, suffix):
    make(tmp_path, f"a.{suffix}", f"b.{suffix}")
    text = refused(tmp_path)
    assert f"several candidates (a.{suffix}, b.{suffix}): name the one to grade" in text


@pytest.mark.parametrize("names", [[], ["notes.txt"], ["a/notes.txt", "venv/x.py", "env/lib/y.py"]])
def test_a_folder_without_code_is_refused(tmp_path, names):
    assert "holds no .py script and no .ipynb notebook" in refused(make(tmp_path, *names))


@pytest.mark.parametrize("name", ["lab.txt", "lab", "lab.pyc", "lab.py.zip"])
def test_other_files_are_no_submissions(tmp_path, name):
    assert "neither a .py script" in refused(make(tmp_path, name) / name)


def test_nothing_there_is_said(tmp_path):
    assert "there is nothing at" in refused(tmp_path / "missing.py")


def test_a_path_too_long_to_exist_is_said(tmp_path):
    refused(tmp_path / ("x" * 5000))


def test_a_fifo_is_no_submission(tmp_path):
    os.mkfifo(tmp_path / "lab.py")
    assert "neither a file nor a folder" in refused(tmp_path / "lab.py")


def test_links_caches_and_data_stay_behind(tmp_path):
    folder = make(
        tmp_path / "ada",
        "lab.py",
        "pkg/utils.py",
        "data/train.csv",
        ".venv/lib/x.py",
        "pkg/__pycache__/utils.pyc",
        ".git/config",
        ".ipynb_checkpoints/lab.py",
    )
    make(tmp_path / "others", "secret.py")
    (folder / "link.txt").symlink_to(tmp_path / "others/secret.py")
    (folder / "linked").symlink_to(tmp_path / "others")
    os.mkfifo(folder / "pipe")
    assert find_submission(folder).files == ("lab.py", "pkg/utils.py")


@pytest.fixture
def entered(monkeypatch, tmp_path):
    """The folders whose content is listed, in order."""
    listed, scandir = [], os.scandir

    def watched(path):
        listed.append(os.path.relpath(path, tmp_path))
        return scandir(path)

    monkeypatch.setattr(find_module.os, "scandir", watched)
    return listed


def test_what_is_no_part_of_the_work_is_not_entered(tmp_path, entered):
    make(
        tmp_path,
        "lab.py",
        "pkg/deep/utils.py",
        ".git/objects/ab/cd",
        "node_modules/x/y.js",
        ".venv/lib/site-packages/z.py",
        "env/lib/python3/z.py",
        "data/train/1.png",
        "data/loader.py",
    )
    (tmp_path / "home").symlink_to(tmp_path / "pkg")
    assert find_submission(tmp_path).files == ("data/loader.py", "lab.py", "pkg/deep/utils.py")
    assert sorted(entered) == [".", "data", "data/train", "env", "pkg", "pkg/deep"]


def test_of_far_more_than_a_submission_little_is_entered(tmp_path, entered, monkeypatch):
    make(tmp_path, "lab.py", *(f"{number}/deep/x.txt" for number in range(40)))
    monkeypatch.setattr(find_module, "MAX_FILES", 3)
    make(tmp_path, "1/a.txt", "2/a.txt", "3/a.txt")
    assert "hand in the code only" in refused(tmp_path)
    assert not [one for one in entered if one.endswith("deep")]


def test_files_are_in_the_order_that_earlier_results_were_made_in(tmp_path):
    """Folder by folder: another order would be another fingerprint, and all work run again."""
    make(tmp_path, "a.py/x.txt", "a/z/x.txt", "a-b.txt", "a/b.txt", "lab.py")
    found = find_submission(tmp_path, main="lab.py").files
    assert found == ("a/b.txt", "a/z/x.txt", "a-b.txt", "a.py/x.txt", "lab.py")


def test_a_link_in_a_folder_is_not_what_is_graded(tmp_path):
    make(tmp_path / "others", "lab.py")
    folder = make(tmp_path / "ada", "notes.txt")
    (folder / "lab.py").symlink_to(tmp_path / "others/lab.py")
    assert "holds no .py script" in refused(folder)


def test_too_many_or_too_large_files_are_refused(tmp_path, monkeypatch):
    make(tmp_path, "lab.py", "a.txt", "b.txt")
    monkeypatch.setattr(find_module, "MAX_FILES", 2)
    assert "hand in the code only" in refused(tmp_path)
    monkeypatch.setattr(find_module, "MAX_FILES", 500)
    monkeypatch.setattr(find_module, "MAX_BYTES", 3)
    assert "hand in the code only" in refused(tmp_path)
    assert "hand in code, not data" in refused(tmp_path / "lab.py")


@pytest.mark.parametrize("levels", [1500, find_module.MAX_LEVELS + 1])
def test_folders_that_are_nested_too_deeply_are_refused(tmp_path, levels):
    make(tmp_path / "ada", "lab.py")
    with nested(tmp_path / "ada", levels):
        assert "nested too deeply, more than 100 within each other" in refused(tmp_path / "ada")


def test_as_many_folders_as_may_be_within_each_other_travel(tmp_path):
    make(tmp_path, "lab.py")
    with nested(tmp_path, find_module.MAX_LEVELS) as deepest:
        make(deepest, "x.txt")
        assert len(find_submission(tmp_path).files) == 2
        (deepest / "x.txt").unlink()


def test_a_file_name_that_is_no_text_is_refused(tmp_path):
    make(tmp_path, "lab.py")
    (tmp_path / os.fsdecode(b"r\xe9sum\xe9.txt")).write_text("latin 1")
    assert "name" in refused(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    make(tmp_path, "lab.py")
    (tmp_path / "lab.py").chmod(0)
    refused(tmp_path / "lab.py")


def test_the_fingerprint_changes_with_content_and_names_and_nothing_else(tmp_path):
    folder = make(tmp_path / "one", "lab.py", "utils.txt")
    first = find_submission(folder).sha256
    assert find_submission(make(tmp_path / "two", "lab.py", "utils.txt")).sha256 == first
    (folder / "utils.txt").write_text("changed")
    second = find_submission(folder).sha256
    (folder / "utils.txt").rename(folder / "tools.txt")
    third = find_submission(folder).sha256
    (folder / "utils.txt").write_text("")
    assert len({first, second, third, find_submission(folder).sha256}) == 4


def test_moving_bytes_between_files_changes_the_fingerprint(tmp_path):
    (tmp_path / "lab.py").write_text("ab")
    (tmp_path / "z.txt").write_text("c")
    first = find_submission(tmp_path).sha256
    (tmp_path / "lab.py").write_text("a")
    (tmp_path / "z.txt").write_text("bc")
    assert find_submission(tmp_path).sha256 != first


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("ada.py", "ada"),
        ("Ada Lovelace.py", "Ada-Lovelace"),
        ("Žofie_Nováková.py", "Žofie_Nováková"),
        ("..py", "submission"),
        ("a;b|c$(d).py", "a-b-c-d"),
        ("<script>.py", "script"),
        ("\u202egnp.py", "gnp"),
    ],
)
def test_a_student_is_named_after_the_file(tmp_path, name, student):
    if name == "..py":
        assert identifier("..") == student
        return
    assert find_submission(make(tmp_path, name) / name).student == student


@given(st.text())
def test_an_identifier_is_always_one_safe_folder_name(name):
    found = identifier(name)
    assert found
    assert found not in {".", ".."}
    assert not set(found) & set("/\\\0\n<>:\"'|?* ")
    assert not found.startswith((".", "-"))
    assert len(found.encode()) <= 200


def test_a_student_can_be_named(tmp_path):
    make(tmp_path, "lab.py")
    assert find_submission(tmp_path / "lab.py", "ada@example.org").student == "ada@example.org"


@pytest.mark.parametrize(
    "name",
    [
        "../ada",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "..",
        ".",
        "",
        ".hidden",
        "-rf",
        "ada\n",
        "a\0b",
        "<b>",
        "x" * 300,
    ],
)
def test_a_named_student_cannot_lead_out_of_the_results(tmp_path, name):
    make(tmp_path, "lab.py")
    with pytest.raises(CallerError, match="student") as caught:
        find_submission(tmp_path / "lab.py", name)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_what_an_earlier_check_wrote_is_no_part_of_the_work(tmp_path):
    make(tmp_path, "lab.py", "helpers.py", "notebooks/x.txt")
    (tmp_path / "helpers.py").rename(tmp_path / "notebooks/helpers.py")
    before = find_submission(tmp_path)
    make(tmp_path, "results/lab1/ada/evidence.json", "demo-reports/x.html", "venv/lib/a.py")
    make(tmp_path, "mine/ada/evidence.json", "mine/ada/grade.json", "mine/ada/report.html")
    after = find_submission(tmp_path)
    assert (after.files, after.sha256) == (before.files, before.sha256)


@pytest.mark.parametrize("name", ["venv/lab1.py", ".git/lab1.py", "a/__pycache__/lab1.py"])
def test_a_file_that_is_named_where_nothing_travels_from_is_refused(tmp_path, name):
    make(tmp_path, name, "other.py")
    with pytest.raises(SubmissionError, match="lies in a folder that is left out"):
        find_submission(tmp_path, main=name)


@pytest.mark.parametrize("main", ["lab1.py", "./lab1.py", "work/../lab1.py"])
def test_a_file_beside_results_at_the_top_travels_with_its_modules(tmp_path, main):
    make(tmp_path, "lab1.py", "utils.py", "grade.json", "evidence.json", "work/x.py")
    make(tmp_path, "old/grade.json", "old/evidence.json", "old/lab1.py")
    found = find_submission(tmp_path, main=main)
    assert (found.main, found.files) == ("lab1.py", ("lab1.py", "utils.py", "work/x.py"))
    with pytest.raises(SubmissionError, match="earlier results: move it out of there"):
        find_submission(tmp_path, main="old/lab1.py")


def test_a_file_that_is_named_at_the_top_travels_whatever_its_name(tmp_path):
    make(tmp_path, "._lab1.py", "a.py")
    assert find_submission(tmp_path, main="._lab1.py").files == ("._lab1.py", "a.py")


def test_two_places_have_two_origins(tmp_path):
    make(tmp_path, "a/lab.py", "b/lab.py")
    first, second = (find_submission(tmp_path / name / "lab.py").origin for name in "ab")
    assert first != second
    assert first == find_submission(tmp_path / "a" / "lab.py").origin
