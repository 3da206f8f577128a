"""What all tests share: optional tools are skipped with a reason, or demanded by CI."""

import os
import shutil

import pytest
from chromium import why_not
from hypothesis import settings

settings.register_profile("grader", deadline=None)  # nothing here is about time
settings.load_profile("grader")
OPTIONS = {
    "--strongest": "grade right submissions at the strongest level, each in processes of its own",
    "--hostile-each": "hand in every hostile submission at one of the levels, which take turns",
    "--hostile-all": "hand in every hostile submission at levels 3 and 2, not only the quick ones",
    "--copies": "every wall also where jobs are copies of a process",
}
"""What CI asks for beside what every run of the tests shows."""


def pytest_addoption(parser: pytest.Parser) -> None:
    for name, help in OPTIONS.items():
        parser.addoption(name, action="store_true", help=help)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--strongest"):
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.skip(reason="only with --strongest"))


DEMANDED = set(os.environ.get("GRADER_DEMAND", "").split())


def _cuda() -> str | None:
    from grader.sandbox.gpus import inventory

    return None if inventory() else "needs a CUDA device"


def _level(wanted: int) -> str | None:
    from grader.sandbox.choose import inspect_all

    one = next(one for one in inspect_all() if one.level == wanted)
    return None if one.ok else f"needs isolation level {wanted}: {one.reason}"


def _sandbox() -> str | None:
    return _level(3)


def _landlock() -> str | None:
    return _level(2)


def _browser() -> str | None:
    return why_not()


def _real_data() -> str | None:
    from grader.data.status import status

    usable = {one.name for one in status() if one.usable}
    return None if usable >= {"mnist", "asl"} else "needs the official data: grader data import"


def _nbgrader() -> str | None:
    if shutil.which(os.environ.get("GRADER_NBGRADER", "")):
        return None
    return "needs nbgrader: $GRADER_NBGRADER names a Python that has it"


NEEDS = {
    "gpu": _cuda,
    "sandbox": _sandbox,
    "landlock": _landlock,
    "browser": _browser,
    "real_data": _real_data,
    "nbgrader": _nbgrader,
}


@pytest.fixture(scope="session")
def missing() -> dict[str, str | None]:
    """Why each optional tool cannot be used here; computed once."""
    return {}


@pytest.fixture(autouse=True)
def _optional_tools(request: pytest.FixtureRequest, missing: dict[str, str | None]) -> None:
    for name, look in NEEDS.items():
        if request.node.get_closest_marker(name) is None:
            continue
        if name not in missing:
            missing[name] = look()
        if missing[name] and name in DEMANDED:
            pytest.fail(f"CI demands this test, but it {missing[name]}")
        if missing[name]:
            pytest.skip(str(missing[name]))
