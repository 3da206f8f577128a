"""``grader.toml`` names files, and nothing in it can soften a gate."""

from pathlib import Path

import pytest

from grader.ci.named import LARGEST, named_file
from grader.errors import SubmissionError

LABS = ("lab1", "lab2")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a script and a notebook."""
    (tmp_path / "work").mkdir()
    for name in ("lab1.py", "work/lab1.ipynb", "notes.txt"):
        (tmp_path / name).write_text("x = 1\n")
    return tmp_path


def named(repository: Path, text: str) -> str | None:
    (repository / "grader.toml").write_text(text)
    return named_file(repository, "lab1", LABS)


def test_without_the_file_nothing_is_named(repository: Path) -> None:
    assert named_file(repository, "lab1", LABS) is None


@pytest.mark.parametrize("name", ["lab1.py", "work/lab1.ipynb"])
def test_it_names_a_file_of_the_repository(repository: Path, name: str) -> None:
    assert named(repository, f'[files]\nlab1 = "{name}"\nlab2 = "other.py"\n') == name


def test_it_may_name_none_for_a_lab(repository: Path) -> None:
    assert named(repository, '[files]\nlab2 = "lab2.py"\n') is None
    assert named(repository, "") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pass_mark = 0", "may only name files.*remove 'pass_mark', which the course decides"),
        ('[files]\nlab1 = "lab1.py"\n[rubric]\nx = 1', "remove 'rubric'"),
        ("isolation = 0\n[files]", "remove 'isolation'"),
        ('files = "lab1.py"', r"make \[files\] a table"),
        ("[files]\nlab1 = 1", "give lab1 the name of one file"),
        ('[files]\nlab1 = ["lab1.py"]', "give lab1 the name of one file"),
        ('[files.lab1]\nmain = "lab1.py"', "give lab1 the name of one file"),
        ('[files]\nlab9 = "lab1.py"', "'lab9': the labs are lab1, lab2"),
        ('[files]\nlab1 = "../lab1.py"', "not inside the repository"),
        ('[files]\nlab1 = "work/../../lab1.py"', "not inside the repository"),
        ('[files]\nlab2 = "/etc/passwd.py"', "not inside the repository"),
        ('[files]\nlab1 = "C:/lab1.py"', "not inside the repository"),
        ("[files]\nlab1 = 'work\\lab1.ipynb'", "not inside the repository"),
        ('[files]\nlab1 = ""', "not inside the repository"),
        ('[files]\nlab1 = "notes.txt"', r"a .py script or an .ipynb notebook"),
        ('[files]\nlab1 = "a\\nb.py"', r"a .py script or an .ipynb notebook"),
        ('[files]\nlab1 = "none.py"', "there is no such file"),
        (f'[files]\nlab1 = "{"x" * 300}.py"', "there is no such file"),
        ("[files", "not valid TOML"),
        (f"x = {'[' * 5000}", "not valid TOML"),
        (f"# {'x' * LARGEST}", "larger than 64 kB"),
    ],
)
def test_whatever_else_it_says_is_refused_by_name(repository: Path, text: str, words: str) -> None:
    with pytest.raises(SubmissionError, match=words) as caught:
        named(repository, text)
    assert str(caught.value).startswith("grader.toml")
    assert "\n" not in str(caught.value)


def test_text_in_another_encoding_is_refused(repository: Path) -> None:
    (repository / "grader.toml").write_bytes(b"# \xff\xfe\n")
    with pytest.raises(SubmissionError, match="not valid TOML"):
        named_file(repository, "lab1", LABS)


def test_no_link_is_followed(repository: Path) -> None:
    (repository / "link.py").symlink_to(repository / "lab1.py")
    (repository / "folder").symlink_to(repository / "work")
    for name in ("link.py", "folder/lab1.ipynb"):
        with pytest.raises(SubmissionError, match="which is a link"):
            named(repository, f'[files]\nlab1 = "{name}"')
    (repository / "grader.toml").rename(repository / "real.toml")
    (repository / "grader.toml").symlink_to(repository / "real.toml")
    with pytest.raises(SubmissionError, match="is a link"):
        named_file(repository, "lab1", LABS)


def test_the_mark_some_editors_begin_a_file_with_is_passed_over(repository: Path) -> None:
    (repository / "grader.toml").write_bytes(b'\xef\xbb\xbf[files]\r\nlab1 = "lab1.py"\r\n')
    assert named_file(repository, "lab1", LABS) == "lab1.py"


def test_a_folder_of_that_name_is_refused(repository: Path) -> None:
    (repository / "grader.toml").mkdir()
    with pytest.raises(SubmissionError, match=r"grader.toml is a folder or no plain file"):
        named_file(repository, "lab1", LABS)
