"""Where the grader helped a submission along, in words. The probe only sends the names."""

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


def notes_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sentence for each known name once; other names mean nothing."""
    return tuple(NOTES[name] for name in dict.fromkeys(names) if name in NOTES)
