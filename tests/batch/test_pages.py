"""A student's report as it is handed on: the file itself, or one sentence."""

import pytest

from grader.batch import pages as stored
from grader.batch.pages import pages
from grader.errors import ResultsError
from grader.reports.class_members import Member, Standing

ADA = Member("ada", "", "", Standing.PASSED)


@pytest.fixture
def report(tmp_path):
    (tmp_path / "ada").mkdir()
    path = tmp_path / "ada" / "report.html"
    path.write_bytes(b"<p>ada")
    return path


def test_the_report_is_handed_on_as_it_is_stored(report):
    assert pages(report.parent.parent, ADA) == {"report.html": b"<p>ada"}


def test_the_notebooks_page_goes_with_it_unless_it_is_a_link(report, tmp_path):
    beside = report.with_name("notebook.html")
    beside.write_bytes(b"<p>cells")
    assert pages(tmp_path, ADA) == {"report.html": b"<p>ada", "notebook.html": b"<p>cells"}
    beside.unlink()
    beside.symlink_to(report)
    assert pages(tmp_path, ADA) == {"report.html": b"<p>ada"}


def test_a_report_that_is_not_there_can_be_made(report):
    report.unlink()
    with pytest.raises(ResultsError, match="grader report"):
        pages(report.parent.parent, ADA)


def test_a_link_is_not_followed(report, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    report.unlink()
    report.symlink_to(secret)
    with pytest.raises(ResultsError, match="is no file"):
        pages(tmp_path, ADA)


def test_the_folder_is_no_link_either(report, tmp_path):
    report.parent.rename(tmp_path / "elsewhere")
    (tmp_path / "ada").symlink_to("elsewhere")
    with pytest.raises(ResultsError, match="is no file"):
        pages(tmp_path, ADA)


def test_a_report_of_megabytes_is_none(report, monkeypatch):
    monkeypatch.setattr(stored, "MOST_BYTES", 3)
    with pytest.raises(ResultsError, match="makes it again"):
        pages(report.parent.parent, ADA)
