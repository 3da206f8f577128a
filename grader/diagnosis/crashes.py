"""What the message of a crash says: torch's own words, in the versions that are met."""

import re

from grader.diagnosis.case import Case


def said(case: Case, pattern: str) -> re.Match[str] | None:
    """The match of a pattern in the message of the exception that ended the program, if any."""
    return None if case.crash is None else re.search(pattern, case.crash.message)


def numbers(case: Case, pattern: str) -> tuple[int, ...] | None:
    """The numbers in the groups of a pattern that the message matches."""
    found = said(case, pattern)
    return None if found is None else tuple(int(group) for group in found.groups())


def batch(case: Case) -> int | None:
    """How many images a batch had, as it was heard; ``None`` where nothing was."""
    heard = case.signs.inputs
    if heard is not None and len(heard.shape) > 1:
        return heard.shape[0]
    return case.trace.batch_size or _batch_in_code(case)


def _batch_in_code(case: Case) -> int | None:
    """The batch size that stands in the code, where all loaders have the same."""
    sizes = {
        case.code.value(call.argument(1, "batch_size")) for call in case.code.called("DataLoader")
    }
    (size,) = sizes if len(sizes) == 1 else (None,)
    return size if isinstance(size, int) and not isinstance(size, bool) else None
