"""What a person decided, and which evidence it was about."""

from datetime import UTC, datetime

import pytest
from builders import claims, evidence, measurements, unmeasured
from pydantic import ValidationError

from grader.model.evidence import Evidence, GapKind
from grader.model.review import Action, Decision, GivenPoints, Review, fingerprint

ONE, OTHER = "1" * 64, "2" * 64
POINTS = (GivenPoints(criterion="a", points=5, of=10),)


def decision(action=Action.ACCEPT, about=ONE, **more):
    document = {"at": datetime(2026, 11, 25, 20, tzinfo=UTC), "by": "Grace", "action": action}
    return Decision.model_validate(document | {"evidence": about} | more)


def test_decisions_are_only_ever_added():
    first, second = decision(), decision(Action.REOPEN)
    assert Review().adding(first).adding(second).decisions == (first, second)


def test_a_review_survives_its_document():
    review = Review().adding(decision(points=POINTS, note="seen", settles=("why",)))
    assert Review.model_validate(review.document()) == review
    assert review.document()["schema"] == 1


def test_what_was_decided_before_it_was_opened_again_no_longer_counts():
    old, other, opened, new = (
        decision(),
        decision(about=OTHER),
        decision(Action.REOPEN),
        decision(note="again"),
    )
    review = Review(decisions=(old, other, opened, new))
    assert review.counting(ONE) == (opened, new)
    assert review.counting(OTHER) == (other,)
    assert review.counting("3" * 64) == ()


@pytest.mark.parametrize("action", [Action.REOPEN, Action.NOTE])
@pytest.mark.parametrize("more", [{"points": POINTS}, {"settles": ("why",)}])
def test_only_an_acceptance_gives_points_and_settles_reasons(action, more):
    with pytest.raises(ValidationError, match="only 'accept'"):
        decision(action, **more)


@pytest.mark.parametrize(
    "more",
    [
        {"by": " "},
        {"by": "x" * 81},
        {"note": "x" * 1001},
        {"at": datetime(2026, 11, 25)},
        {"evidence": "abc"},
    ],
)
def test_a_decision_says_who_when_and_about_what(more):
    with pytest.raises(ValidationError):
        decision(**more)


def test_points_are_never_negative():
    with pytest.raises(ValidationError):
        GivenPoints(criterion="a", points=-1, of=10)


@pytest.mark.parametrize(
    "found",
    [
        evidence(),
        unmeasured(GapKind.FAULT),
        evidence(measurements=measurements(train_loss=1 / 3), others=(evidence(attempt=1),)),
    ],
)
def test_evidence_keeps_its_fingerprint_on_disk(found):
    read = Evidence.model_validate_json(found.model_dump_json(by_alias=True))
    assert fingerprint(read) == fingerprint(found)


def test_which_attempt_counts_does_not_change_the_fingerprint():
    first, second = evidence(), evidence(attempt=1, seed=1)
    one = first.model_copy(update={"others": (second,)})
    other = second.model_copy(update={"others": (first,)})
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one) != fingerprint(first)


def test_other_figures_and_other_claims_have_another_fingerprint():
    found = {
        fingerprint(one)
        for one in (
            evidence(),
            evidence(measurements=measurements(valid_accuracy=0.5)),
            evidence(claims=claims(ended=False)),
            evidence(seed=1),
        )
    }
    assert len(found) == 4


def test_a_field_that_a_later_grader_adds_leaves_the_fingerprint():
    class Later(Evidence):
        weather: str = "fine"

    assert fingerprint(Later.model_validate(evidence().document())) == fingerprint(evidence())
