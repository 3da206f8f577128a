"""Training and evaluation mode: what dropout and batch normalisation do depends on them."""

from grader.diagnosis.case import Case
from grader.diagnosis.figures import percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.names import NAME, network
from grader.model.claims import Pass
from grader.model.diagnosis import Confidence, Effect
from grader.model.source import Place

MOST = 0.5
"""A pass is in evaluation mode if more than this share of its calls are."""


def eval_mode_in_training(case: Case) -> Suspicion | None:
    """Training with the network in evaluation mode: no dropout, no statistics of the batches."""
    passes = case.training
    wrong = [number for number, one in enumerate(passes, 1) if _evaluates(one)]
    if not wrong or not _modes_matter(case):
        return None
    left = 0 < len(wrong) == len(passes) - 1 and wrong[0] == 2
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts={"wrong": str(len(wrong)), "epochs": str(len(passes)), "network": _switched(case)},
        where=_call(case, "eval") if left else None,
        effect=None if case.suffers else Effect.HARMLESS,
        variant="left" if left else "",
    )


def train_mode_in_validation(case: Case) -> Suspicion | None:
    """Validation with dropout on, and with statistics of the validation images themselves."""
    passes = [one for one in case.evaluations if one.epoch is not None and one.forwards]
    wrong = [one for one in passes if not _evaluates(one)]
    if len(wrong) <= MOST * len(passes) or not _modes_matter(case):
        return None
    printed = case.evidence.claims.printed.valid_accuracy
    shown = wrong[-1].accuracy if printed is None else printed
    measured = percent(case.valid_accuracy)
    facts = {"shown": percent(shown), "measured": measured, "network": _switched(case)}
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts=facts,
        where=_call(case, "no_grad"),
        variant="" if shown is not None else "unseen",
    )


def _evaluates(one: Pass) -> bool:
    return one.eval_mode > MOST * one.forwards


def _modes_matter(case: Case) -> bool:
    """Whether a layer of the network does something else in evaluation."""
    kinds = {layer.kind for layer in case.layers}
    drops = "dropout" in kinds and not (case.measured is not None and case.measured.always_dropout)
    return drops or "batch_norm" in kinds


def _switched(case: Case) -> str:
    """The network's name: what the program itself sets to a mode, else what is optimized."""
    owners = [one.owner for one in case.code.called("eval", "train") if not one.node.args]
    return next((one for one in owners if NAME.fullmatch(one)), network(case))


def _call(case: Case, name: str) -> Place | None:
    calls = case.code.called(name)
    return calls[0].place if calls else None
