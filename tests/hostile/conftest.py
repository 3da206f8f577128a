"""One watched machine per isolation level, and what the twins earned there."""

import pytest
from attack import Attack, Attacked, Range
from hostile_cases import Case


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rooms(*names): folders whose cases a test is given")


@pytest.fixture(scope="session")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Attack:
    """Hand in a case at a level. A twin is graded once for all that are compared with it."""
    ranges: dict[int, Range] = {}
    known: dict[tuple[str, int], Attacked] = {}

    def hand_in(case: Case, level: int) -> Attacked:
        if level not in ranges:
            ranges[level] = Range(tmp_path_factory.mktemp(f"level{level}"), level)
        key = case.name, level
        if key not in known:
            known[key] = ranges[level].attack(case)
        return known[key]

    return hand_in
