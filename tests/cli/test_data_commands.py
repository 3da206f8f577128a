"""``grader data``: what is imported, and whether it is the published files."""

import zipfile

import pytest
from data_files import write_asl, write_mnist
from endings import mistake

from grader.data.checksums import OFFICIAL_MD5, md5


@pytest.fixture
def published(here, monkeypatch):
    """A folder with MNIST's published files, as far as these tests know."""
    folder = write_mnist(here / "published", train=3, valid=2)
    for file in OFFICIAL_MD5:
        if file.startswith("MNIST"):
            monkeypatch.setitem(OFFICIAL_MD5, file, md5(folder / file))
    return folder


def test_the_status_of_data_is_shown(grader, here, published):
    write_mnist(here / "home")
    published.rename(here / "data")
    code, out, err = grader("data", "status")
    assert (code, err) == (0, "")
    assert "! mnist: 12 + 6 images, not the published files" in out
    assert "✓ mnist: 3 + 2 images, the published files" in out
    assert "– asl: not there" in out
    assert "practice data: always there" in out


def test_data_is_imported_to_where_it_is_looked_for(grader, here):
    source = write_mnist(here / "download")
    code, out, _ = grader("data", "import", source)
    assert code == 0
    assert len(out.splitlines()) == 6
    assert out.endswith("! mnist: not the published files\nnot found: asl\n")
    assert "! mnist" in grader("data", "status")[1]


def test_published_files_are_recognised_and_everything_found_is_said(grader, here, published):
    write_asl(published)
    out = grader("data", "import", published)[1]
    assert out.endswith("✓ mnist: the published files\n! asl: not the published files\n")


def test_one_file_or_archive_is_no_search(grader, here):
    file = "asl_data/sign_mnist_valid.csv"
    write_asl(here / "download")
    with zipfile.ZipFile(here / "archive.zip", "w") as made:
        made.write(here / "download" / file, "sign_mnist_test.csv")
    for source in (here / "download" / file, here / "archive.zip"):
        assert grader("data", "import", source) == (
            0,
            f"{here / 'home' / file}\n! asl: not the published files\n",
            "",
        )


def test_a_set_is_the_published_one_only_as_a_whole(grader, here, published):
    write_mnist(here / "home")
    file = "MNIST/raw/t10k-labels-idx1-ubyte"
    assert "! mnist" in grader("data", "import", published / file)[1]


def test_published_files_are_lost_only_when_that_is_asked_for(grader, here, published):
    grader("data", "import", published)
    other = write_mnist(here / "other")
    said = mistake(grader("data", "import", other))
    assert "is the published file" in said
    assert "--replace" in said
    assert "✓ mnist" in grader("data", "status")[1]
    assert grader("data", "import", other, "--replace")[0] == 0
    assert "! mnist" in grader("data", "status")[1]


def test_paths_with_brackets_are_no_markup(grader, here):
    source = write_mnist(here / "download")
    code, out, _ = grader("data", "import", source, "--to", "[/b]")
    assert code == 0
    assert "[/b]/MNIST/raw/train-images-idx3-ubyte" in out


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(28, "No space")]
)
def test_practice_data_that_cannot_be_written_is_the_callers_to_solve(grader, monkeypatch, error):
    from grader.data import practice

    def fail(*_):
        raise error

    monkeypatch.setattr(practice, "write_practice", fail)
    assert error.strerror in mistake(grader("data", "practice", "new"))
