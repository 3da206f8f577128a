"""What reading a program shows, in sentences for who waits for its run."""

from grader.model.source import SourceLook

MOST = 5
"""Missing modules that are named."""


def early(source: SourceLook) -> list[str]:
    """Say what stands in the way of a run, or soon will."""
    if source.framework is not None:
        return [f"This is a {source.framework} program; this lab is written in PyTorch."]
    said = []
    if source.parse_error is not None:
        place = source.parse_error
        said.append(f"{place.words}: {place.text}" if place.words else place.text)
    if source.placeholders:
        first = source.placeholders[0]
        said.append(f"Placeholders left: {len(source.placeholders)}, first in {first.words}.")
    said += [
        f"{one.place.words} imports {one.name}, which is neither handed in nor installed."
        for one in source.missing_modules[:MOST]
    ]
    return said
