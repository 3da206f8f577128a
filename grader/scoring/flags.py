"""What a person should look at. A flag never subtracts points by itself."""

from grader.model.evidence import Evidence, RunFigures, Trace

HARDLY = 1e-3
"""A distance relative to the first weights. An ordinary training of these labs moves by about 1."""
KILLED = (
    "Something outside the run killed it: perhaps the machine ran out of memory, which is not the "
    "program's fault."
)
SIGKILL_CODE = 137
"""How a process reports that a child of it was killed: 128 + SIGKILL."""


def _killed(run: RunFigures) -> bool:
    """Whether the run was killed, but by none of our limits."""
    return run.signal == "SIGKILL" or run.exit_code == SIGKILL_CODE


def flags_of(evidence: Evidence) -> tuple[str, ...]:
    """Return one sentence for everything about a run that does not add up."""
    measured = evidence.measurements
    flags = [KILLED] if _killed(evidence.run) else []
    if measured is None:
        return tuple(flags)
    trace = evidence.claims.trace or Trace()
    if trace.fault is not None:
        flags.append(f"The grader's own recording of this run failed in part ({trace.fault}).")
    if trace.unmeasurable is not None:
        flags.append(
            f"What was trained last could not be measured ({trace.unmeasurable}); the figures are "
            "those of what was trained before."
        )
    agreement = measured.agreement
    if agreement is not None and not agreement.agrees:
        flags.append(
            f"The running model and its captured graph answer differently on "
            f"{agreement.disagreements} of {agreement.rows} images."
        )
    if agreement is None and not measured.always_dropout:
        flags.append("The running model gave no answers to compare its captured graph with.")
    moved = measured.moved
    if moved is not None and moved.moved and moved.relative_distance < HARDLY:
        flags.append(
            "The parameters hardly moved while the program trained: the network may have been "
            "trained elsewhere."
        )
    if not measured.forms_agree:
        flags.append(
            "In evaluation the network computes something else than in training: other layers, or "
            "other parameters."
        )
    if measured.trained_on in ("valid", "mixed"):
        flags.append("Images of the validation set were used for training.")
    return tuple(flags)
