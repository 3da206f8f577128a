"""Where the grader helped a submission along, in words. The probe only sends the names."""

from grader.model.evidence import Trace

NOTES = {
    "compile_off": (
        "torch.compile was switched off for this run: your model ran eagerly, which gives the "
        "same results without a compiler."
    ),
    "shutdown_ignored": (
        "A cell that shuts the notebook's kernel down was ignored, so that the run could be "
        "finished and measured."
    ),
}


def notes_of(trace: Trace) -> tuple[str, ...]:
    """Return one sentence for each way the run was helped; unknown names mean nothing."""
    notes = [NOTES[name] for name in dict.fromkeys(trace.notes) if name in NOTES]
    if len(trace.models) > 1:
        names = ", then ".join(model.type[:40] for model in trace.models[-5:])
        notes.append(f"Several models were trained: {names}. The last one was graded.")
    return tuple(notes)
