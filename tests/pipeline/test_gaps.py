"""Training that we could not follow is never taken for a program that trained nothing."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from builders import claims, evidence, run_figures, trace

from grader.model.evidence import Gap, GapKind
from grader.model.run import Outcome
from grader.pipeline.evaluate import evaluate
from grader.scoring.flags import flags_of

WHOLE = SimpleNamespace(stop_after="")
"""All that is looked at of a setup then: the run was not to end early."""


def gap(outcome: Outcome = Outcome.OK, **heard: Any) -> Gap:
    """The gap of a run without a whole epoch; nothing else is looked at then."""
    said = claims(trace=trace(0, **{"passes": (), "loss": None} | heard))
    found = evaluate(said, run_figures(outcome), WHOLE, Path(), None, False)  # type: ignore[arg-type]
    assert isinstance(found, Gap)
    return found


def test_a_program_that_never_stepped_trained_nothing() -> None:
    assert gap(steps=0).kind is GapKind.NOTHING_TRAINED


def test_a_program_that_stepped_to_its_end_without_a_known_model_needs_review() -> None:
    assert gap(steps=500).kind is GapKind.NOT_CAPTURED


def test_losses_of_what_is_no_network_need_review() -> None:
    assert gap(steps=0, loss="cross_entropy").kind is GapKind.NOT_CAPTURED
    heard = {"steps": 0, "loss": "cross_entropy"}
    assert gap(Outcome.ERROR, **heard).kind is GapKind.NOTHING_TRAINED
    assert gap(passes=trace(1).passes, **heard).kind is GapKind.NOTHING_TRAINED


def test_a_crash_in_the_first_epoch_trained_nothing() -> None:
    assert gap(Outcome.ERROR, steps=20).kind is GapKind.NOTHING_TRAINED


def test_a_failure_of_the_recording_is_ours() -> None:
    assert gap(fault="called: ValueError: shapes").kind is GapKind.FAULT


def test_a_missing_record_is_ours() -> None:
    found = evaluate(claims(trace=None), run_figures(), None, Path(), None, False)  # type: ignore[arg-type]
    assert isinstance(found, Gap)
    assert found.kind is GapKind.FAULT


@pytest.mark.parametrize("heard", [{"fault": "x"}, {"unmeasurable": "x"}])
def test_what_was_missed_beside_a_measurement_is_flagged(heard: dict[str, str]) -> None:
    assert flags_of(evidence()) == ()
    assert len(flags_of(evidence(claims=claims(trace=trace(5, **heard))))) == 1
