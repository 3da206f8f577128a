"""Where the grader helped a submission along, in words. The probe only sends the names."""

from collections.abc import Iterable

from grader.model.claims import Claims, Trace
from grader.model.source import SourceLook

NOTES = {
    "compile_off": (
        "torch.compile was switched off for this run: your model ran eagerly, which gives the "
        "same results without a compiler."
    ),
    "shutdown_ignored": (
        "A cell that shuts the notebook's kernel down was ignored, so that the run could be "
        "finished and measured."
    ),
    "magic_ignored": (
        "The program was exported from a notebook: its magics and commands were left out."
    ),
    "cpu_instead": (
        "This run had no GPU: whatever asks for one by name ('cuda' or 'mps') stayed on the CPU, "
        "which gives the same results. Programs that use device = torch.device('cuda' if "
        "torch.cuda.is_available() else 'cpu') run everywhere."
    ),
    "no_workers": (
        "Data was loaded without worker processes (num_workers=0), which gives the same batches: "
        "this isolation has no shared memory."
    ),
    "input_empty": "Nobody answers input() here: it got an empty line.",
    "magic_left_out": (
        "Magics that are not known here, or fail here, were left out, so that the notebook could "
        "run on: {about}."
    ),
    "saved_here": (
        "What the program saves in places that are not here was saved in the run's own folder, and "
        "found there again: {about}."
    ),
    "folder_made": (
        "Folders that the program saves to were missing, and were made: {about}. Let it make them "
        "itself, with os.makedirs(folder, exist_ok=True)."
    ),
    "folder_missing": (
        "The program changes to folders that are not here, and stayed where it was: {about}."
    ),
    "settings_missing": (
        "The program reads its settings from a file that was not handed in: {about}. Hand it in, "
        "in one folder or zip with your program."
    ),
    "stand_in": "Not installed here, and not needed for the grade: {about}. Calls did nothing.",
    "data_found": (
        "Data files asked for in places where they are not were found all the same: {about}. In "
        "your own copy, use the paths that the handout names."
    ),
}
HANDOUTS = (
    "These cells begin with the handout's mark for its solutions and were not run: {cells}. What "
    "is graded is your own code in the exercises."
)
SOLUTIONS_RAN = "The handout's own solution cells were run, because that was asked for: {cells}."
KAGGLES = (
    "Your program names Kaggle's sign_mnist_test.csv, so it got Kaggle's files and labels: 0 to 24 "
    "without 9, which need 25 outputs. The handout's sign_mnist_valid.csv has the labels 0 to 23."
)
EXPORT = (
    "What was run is the notebook. {export} beside it bears its name, so it was taken for its "
    "export and not run; if that is your work, name it with --main."
)
MAY_FAIL = (
    "Cells that stopped with an error, and are marked with the tag raises-exception so that the "
    "notebook goes on: {failed}. What they should have done is missing."
)
NAMED = 4
MISTAKES = (
    "Your program applies Softmax to what the network answers, ",
    "Your program prepares the images it evaluates in another way ",
    "Dropout stays on while your network is evaluated, ",
    "Your network gets grey values that are not scaled: ",
    "Your network was in evaluation mode while it trained, ",
)
"""How notes began that are diagnoses now: stored runs have them."""


def notes_on_ending(claims: Claims) -> tuple[str, ...]:
    """Return a sentence where a run came to its end in spite of errors."""
    failed = claims.cells_failed
    return (MAY_FAIL.format(failed=failed),) if failed else ()


def notes_of(trace: Trace) -> tuple[str, ...]:
    """Return one sentence for each way the run was helped; unknown names mean nothing."""
    about: dict[str, list[str]] = {}
    for note in dict.fromkeys(trace.notes):
        name, _, thing = note.partition(":")
        about.setdefault(name, []).append(thing[:120])
    notes = [
        NOTES[name].format(about=_listed(things)) for name, things in about.items() if name in NOTES
    ]
    if len(trace.models) > 1:
        names = ", then ".join(model.type[:40] for model in trace.models[-5:])
        graded = next((one for one in reversed(trace.models) if one.graded), trace.models[-1])
        notes.append(f"Several models were trained: {names}. Graded was the {graded.type[:40]}.")
    return tuple(notes)


def _listed(things: list[str]) -> str:
    more = f" and {len(things) - NAMED} more" if len(things) > NAMED else ""
    return ", ".join(things[:NAMED]) + more


def notes_on(source: SourceLook) -> tuple[str, ...]:
    """Return one sentence for each thing in the source that was treated in a special way."""
    notes = []
    if source.solution_cells:
        cells = ", ".join(map(str, source.solution_cells[:12]))
        notes.append((SOLUTIONS_RAN if source.solutions_ran else HANDOUTS).format(cells=cells))
    if source.reads_kaggle:
        notes.append(KAGGLES)
    if source.export is not None:
        notes.append(EXPORT.format(export=source.export[:120]))
    if "pip install" in source.mentions:
        notes.append("Packages cannot be installed during a run: 'pip install' did nothing.")
    return tuple(notes)


def without_mistakes(notes: Iterable[str]) -> tuple[str, ...]:
    """Return the notes of a run but those that name mistakes, as runs kept them in the past.

    A diagnosis names these, and a rubric decides whether students are told of any.
    """
    return tuple(note for note in notes if not note.startswith(MISTAKES))
