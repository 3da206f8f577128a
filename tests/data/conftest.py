"""Every test has data and caches of its own."""

import pytest


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An empty data folder and cache; the working directory is elsewhere."""
    monkeypatch.setenv("GRADER_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path
