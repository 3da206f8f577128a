"""The one to mend first is at the head, and consequences are left out."""

from grader.diagnosis.interface import Mistake, Suspicion
from grader.diagnosis.ranking import MOST, Suspected, ranked
from grader.model.diagnosis import Confidence, Effect


def suspected(
    name: str,
    effect: Effect = Effect.RUINS,
    confidence: Confidence = Confidence.CERTAIN,
    explains: tuple[str, ...] = (),
    did: Effect | None = None,
) -> Suspected:
    mistake = Mistake(name, effect, lambda case: None, frozenset(explains))
    return Suspected(mistake, Suspicion(confidence, effect=did))


def names(*found: Suspected) -> list[str]:
    return [one.mistake.id for one in ranked(found)]


def test_what_does_most_harm_comes_first_then_what_is_surest_then_the_tables_order() -> None:
    assert names(
        suspected("lowers", Effect.LOWERS),
        suspected("likely", confidence=Confidence.LIKELY),
        suspected("first"),
        suspected("second"),
        suspected("stops", Effect.STOPS, Confidence.POSSIBLE),
    ) == ["stops", "first", "second", "likely", "lowers"]


def test_what_a_mistake_did_to_this_run_counts() -> None:
    assert names(suspected("a", did=Effect.HARMLESS), suspected("b", Effect.LOWERS)) == ["b", "a"]


def test_a_consequence_is_left_out() -> None:
    assert names(suspected("cause", explains=("effect",)), suspected("effect")) == ["cause"]


def test_of_two_that_explain_each_other_the_first_stays() -> None:
    one = suspected("one", Effect.LOWERS, explains=("two",))
    two = suspected("two", Effect.RUINS, explains=("one",))
    assert names(one, two) == ["two"]


def test_what_is_only_possible_explains_nothing_away() -> None:
    cause = suspected("cause", confidence=Confidence.POSSIBLE, explains=("effect",))
    assert names(cause, suspected("effect")) == ["effect", "cause"]


def test_nobody_is_told_more_than_can_be_mended_at_once() -> None:
    assert len(names(*(suspected(f"m{i}") for i in range(MOST + 3)))) == MOST
