"""What a person should look at. A flag never subtracts points by itself."""

from grader.model.evidence import Evidence, Trace

HARDLY = 1e-3
"""A distance relative to the first weights. An ordinary training of these labs moves by about 1."""


def flags_of(evidence: Evidence) -> tuple[str, ...]:
    """Return one sentence for everything about the measurements that does not add up."""
    measured = evidence.measurements
    if measured is None:
        return ()
    flags = []
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
    if agreement is None:
        flags.append("The running model gave no answers to compare its captured graph with.")
    if measured.moved is not None and measured.moved.relative_distance < HARDLY:
        flags.append(
            "The parameters hardly moved while the program trained: the network may have been "
            "trained elsewhere."
        )
    if measured.trained_on in ("valid", "mixed"):
        flags.append("Images of the validation set were used for training.")
    return tuple(flags)
