"""What notes say of a run, and what they leave to a diagnosis."""

import pytest
from builders import evidence, expectation, rubric

from grader.checks import CHECKS
from grader.intake.notes import without_mistakes
from grader.scoring import score

SOFTMAX_TWICE = (
    "Your program applies Softmax to what the network answers, and CrossEntropyLoss applies it "
    "again: the network learns slowly and less well. Give the loss the plain outputs."
)
HELPED = "torch.compile was switched off for this run."


@pytest.mark.parametrize(
    "note",
    [
        SOFTMAX_TWICE,
        "Your program prepares the images it evaluates in another way than those it trains on, …",
        "Dropout stays on while your network is evaluated, and costs it accuracy: …",
        "Your network gets grey values that are not scaled: divide them by 255, …",
        "Your network was in evaluation mode while it trained, where dropout …",
    ],
)
def test_a_stored_note_that_a_diagnosis_tells_is_left_out(note: str) -> None:
    assert without_mistakes((HELPED, note)) == (HELPED,)


def test_a_mistake_is_not_told_in_a_grades_notes() -> None:
    found = evidence(notes=(HELPED, SOFTMAX_TWICE))
    assert score(found, rubric(), expectation(), CHECKS).notes == (HELPED,)
