"""Data is fetched by our own packages, wherever the command runs."""

from pathlib import Path

import pytest

from grader.data import fetch
from grader.errors import DataError


def test_nothing_of_the_current_folder_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "planted.py").write_text("open('owned', 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fetch, "DOWNLOAD", "import planted")
    with pytest.raises(DataError, match="No module named 'planted'"):
        fetch.fetch_mnist(tmp_path / "data")
    assert not (tmp_path / "owned").exists()
