"""What a student is told to do about a module that is not there."""

import pytest
from builders import claims, evidence, judge

from grader.model.claims import Crash


def advice(module: str) -> str:
    crash = Crash(type="ModuleNotFoundError", message=f"No module named '{module}'")
    return judge("completes", evidence(claims=claims(crash=crash))).next_step


@pytest.mark.parametrize("module", ["sklearn", "sklearn.metrics", "cv2"])
def test_a_package_that_everybody_knows_is_no_file_of_ones_own(module: str) -> None:
    text = advice(module)
    assert text.startswith(f"The package {module.partition('.')[0]} is not installed here")
    assert "torchvision, numpy, pandas, matplotlib" in text
    assert ".py" not in text


def test_another_module_may_be_a_file_that_was_left_behind() -> None:
    assert "If utils.py is a file of your own, hand it in too" in advice("utils")


def test_a_module_that_an_installed_package_does_not_have_is_a_typing_error() -> None:
    assert advice("torch.optimizers").startswith("torch has no module torch.optimizers")
