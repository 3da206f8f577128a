"""One prepared folder for all pages, and one process that has loaded torch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from shown_folder import prepare_folder
from typed import Typed, be_in, be_small, copied

from grader.sandbox.plain import Plain
from grader.sandbox.warm.templates import Templates


@pytest.fixture(scope="session")
def backend() -> Iterator[Plain]:
    """Trains in copies of a warm process."""
    with Templates() as templates:
        yield Plain(templates)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder that pages begin with, and the cache that they share."""
    folder, cache = tmp_path_factory.mktemp("shown"), tmp_path_factory.mktemp("cache")
    prepare_folder(folder, cache)
    return folder, cache


@pytest.fixture
def typed(
    tmp_path: Path,
    prepared: tuple[Path, Path],
    backend: Plain,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Typed:
    """A clean folder to type in."""
    template, cache = prepared
    folder = tmp_path / "here"

    def begin() -> None:
        monkeypatch.chdir(tmp_path)
        copied(template, folder)
        be_in(monkeypatch, folder, cache)

    begin()
    be_small(monkeypatch, backend, template)
    return Typed(folder, begin, monkeypatch, lambda: tuple(capsys.readouterr()))
