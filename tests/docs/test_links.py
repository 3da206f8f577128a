"""The site is built without a warning, its links lead somewhere, and it needs no network."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from built_links import Page, broken, main, outside, read_site
from pages import LINKED, ROOT, anchors, links

BUILD = ("-m", "sphinx", "-c", "docs", "-b", "html", "-W", "--keep-going", "-q", ".")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built as ``make docs`` does it."""
    target = tmp_path_factory.mktemp("site")
    doctrees = tmp_path_factory.mktemp("doctrees")
    done = subprocess.run(
        [sys.executable, "-P", *BUILD, "-d", str(doctrees), str(target)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="session")
def built(site: Path) -> dict[Path, Page]:
    """Its pages."""
    return read_site(site)


def test_the_makefile_builds_the_site_that_is_looked_at() -> None:
    assert " ".join(BUILD) in (ROOT / "Makefile").read_text()


def test_every_link_of_the_site_leads_to_a_place(built: dict[Path, Page]) -> None:
    assert len(built) > 30
    assert list(broken(built)) == []


def test_the_site_begins_at_its_top(site: Path, built: dict[Path, Page]) -> None:
    assert built[site.resolve() / "index.html"].links == ["docs/index.html"]


def test_nothing_is_loaded_from_elsewhere_to_show_a_page(
    site: Path, built: dict[Path, Page]
) -> None:
    assert {one for page in built.values() for one in page.loaded if outside(one)} == set()
    styles = "".join(path.read_text() for path in site.rglob("*.css"))
    assert "url(http" not in styles.replace('"', "")
    assert "@import" not in styles


def test_links_that_leave_the_site_are_written_in_full(built: dict[Path, Page]) -> None:
    leaving = {link for page in built.values() for link in page.links if outside(link)}
    assert leaving
    for link in leaving:
        parts = urlsplit(link)
        assert parts.scheme == "https", link
        assert "." in parts.netloc, link


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ('<a href="b.html">', "leads to no file"),
        ('<a href="#there">', "leads to no place of that page"),
        ('<img src="no.png">', "leads to no file"),
        ('<p id="there"><a href="#there"><a href="https://example.org/no">', None),
    ],
)
def test_a_broken_link_is_found(
    tmp_path: Path, page: str, wrong: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.html").write_text(page)
    assert main(tmp_path) == (1 if wrong else 0)
    said = capsys.readouterr().out
    assert (wrong or "not looked at: https://example.org/no") in said


@pytest.mark.parametrize("page", LINKED)
def test_every_link_of_a_page_in_the_repository_leads_to_a_place(page: str) -> None:
    for link in links(page):
        if outside(link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.resolve().relative_to(ROOT).as_posix()), link
