"""The tables of the bench."""

from collections import Counter
from collections.abc import Sequence

from benchmarks.diagnosis.catalogue import LABS, MISTAKES
from benchmarks.diagnosis.scores import MOST, Alarm, Row, share
from benchmarks.diagnosis.store import digest


def _accuracy(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def details(rows: Sequence[Row], unseen: str) -> str:
    """A line for each right solution and each mutant, then the totals."""
    head = "mistake, style, lab, what it cost, score, training, validation, run, named"
    order = ["", *(planted.id for planted in MISTAKES)]
    lines = [_line(row) for row in sorted(rows, key=lambda row: order.index(row.mistake))]
    return "\n".join([head, *lines, "", *totals(rows, unseen)])


def _line(row: Row) -> str:
    mark = "first" if row.first else "top 3" if row.near else "caught" if row.caught else ""
    told = ", ".join(row.told[:MOST]) or "nothing"
    score = "-" if row.score is None else f"{row.score:g}"
    cost = row.lost or ("no harm" if row.mistake else "")
    return (
        f"{row.mistake or '(right)':27} {row.style} {row.lab}  {cost:9}{score:>5} "
        f"{_accuracy(row.train):>6}{_accuracy(row.valid):>6} {row.wall_s:5.0f} s  "
        f"{mark:7}{told}{'  (old run)' if row.stale else ''}"
    )


def totals(rows: Sequence[Row], unseen: str) -> list[str]:
    """What share is caught, first and near, of those that change what comes out."""
    rows = [row for row in rows if row.mistake]
    found = [f"Rules and texts {digest(('diagnosis',))}, {len(rows)} runs.", ""]
    found += ["| runs | mutants | change the result | caught | named first | top three |"]
    found += ["|" + " --- |" * 6]
    kinds = {
        "styles whose mutants the rules' authors know": [r for r in rows if r.style != unseen],
        "the unseen style": [row for row in rows if row.style == unseen],
    }
    for name, some in kinds.items():
        lowered = [row for row in some if row.lowered]
        caught, first, near = (
            f"{share([getattr(row, mark) for row in lowered]):.1%}"
            for mark in ("caught", "first", "near")
        )
        if some:
            found.append(f"| {name} | {len(some)} | {len(lowered)} | {caught} | {first} | {near} |")
    return found


def summary_table(rows: Sequence[Row], unseen: str) -> str:
    """A Markdown table with one row for each mistake, the totals, and what is missed."""
    columns = [(style, lab) for style in sorted({row.style for row in rows}) for lab in LABS]
    heads = " | ".join(f"{style} {lab.removeprefix('lab')}" for style, lab in columns)
    lines = [f"| mistake | {heads} |", "|" + " --- |" * (len(columns) + 1)]
    cells = {(row.mistake, row.style, row.lab): _cell(row) for row in rows}
    for planted in MISTAKES:
        shown = " | ".join(cells.get((planted.id, *column), "") for column in columns)
        lines.append(f"| {planted.id} | {shown} |")
    missed = [
        f"- {row.mistake}, style {row.style}, {row.lab} ({row.lost}): told "
        f"{', '.join(row.told[:MOST]) or 'nothing'}"
        for row in rows
        if row.mistake and row.lowered and not row.near
    ]
    return "\n".join(
        [*totals(rows, unseen), "", *lines, "", "Missed:", "", *(missed or ["nothing"])]
    )


def _cell(row: Row) -> str:
    """1, 3 or named for first, in the top three, named at all; in brackets where it did no harm."""
    mark = "1" if row.first else "3" if row.near else "named" if row.caught else "missed"
    return mark if row.lowered else f"({mark if row.caught else '-'})"


def alarms_table(found: Sequence[Alarm]) -> str:
    """How many runs of right solutions were told of a mistake, and of which."""
    wrong = [one for one in found if one.false]
    lines = [
        f"{len(found)} runs of {len({one.name for one in found})} right solutions: "
        f"{len(wrong)} false alarms ({share([bool(one.false) for one in found]):.1%}); "
        f"{sum(bool(one.harmless) for one in found)} told of something harmless.",
        "",
    ]
    lines += [f"- {one.name}, seed {one.seed}: {', '.join(one.false)}" for one in wrong]
    harmless = Counter(name for one in found for name in one.harmless)
    lines += [f"- harmless: {name}, {count} times" for name, count in harmless.most_common()]
    return "\n".join(lines)
