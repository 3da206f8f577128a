"""Overriding an assignment's limits."""

import pytest

from grader.errors import CallerError
from grader.model.run import Limits
from grader.pipeline.limits import KNOWN, overridden


def test_what_is_named_changes_and_nothing_else() -> None:
    limits = Limits(wall_s=7, memory_mb=100)
    changed = overridden(limits, ("memory_mb=2048", "cell_s=1.5"))
    assert changed == limits.model_copy(update={"memory_mb": 2048, "cell_s": 1.5})


@pytest.mark.parametrize("name", KNOWN)
def test_every_known_limit_is_one(name: str) -> None:
    assert getattr(overridden(Limits(), (f"{name}=17",)), name) == 17


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("memory=1", "there is no limit 'memory'"),
        ("memory_mb", "memory_mb cannot be ''"),
        ("memory_mb=-1", "memory_mb cannot be '-1'"),
        ("files=many", "files cannot be 'many'"),
        ("wall_s=3", "use --timeout 3"),
        ("cell_s=-1", "give 0 or more"),
        ("\x1b[31m=1", r"'\x1b[31m'"),
    ],
)
def test_a_limit_that_is_none_is_refused_in_a_sentence(change: str, said: str) -> None:
    with pytest.raises(CallerError) as caught:
        overridden(Limits(), (change,))
    assert said in str(caught.value)
