"""What people are called by the names of files that are about one assignment."""

from collections.abc import Sequence

JOINTS = "-_. "


def without_assignment(labels: Sequence[str], slugs: Sequence[str]) -> list[str]:
    """Return ``labels`` without the first of ``slugs`` that all of them begin or end with.

    Where only some do it may be a person's name, and nothing is changed. What is called like the
    assignment itself, as a template is, says nothing of the others.
    """
    for slug in slugs:
        named = [label for label in labels if label.casefold() != slug.casefold()]
        for cut in (_before, _after):
            if named and all(cut(label, slug) for label in named):
                return [cut(label, slug) or label for label in labels]
    return list(labels)


def _before(label: str, slug: str) -> str:
    """What comes after the slug; nothing where the label does not begin with it."""
    joint = label[len(slug) : len(slug) + 1]
    begins = bool(slug) and label.casefold().startswith(slug.casefold())
    return label[len(slug) :].strip(JOINTS) if begins and joint and joint in JOINTS else ""


def _after(label: str, slug: str) -> str:
    """What comes before the slug; nothing where the label does not end with it."""
    joint = label[: -len(slug)][-1:] if slug else ""
    ends = bool(slug) and label.casefold().endswith(slug.casefold())
    return label[: -len(slug)].strip(JOINTS) if ends and joint and joint in JOINTS else ""
