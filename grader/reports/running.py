"""How the submission was run, and where it stopped."""

from dataclasses import dataclass

from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.reports import wording
from grader.reports.excerpts import Excerpt, excerpt
from grader.reports.text import lines, megabytes, seconds, visible
from grader.reports.wording import Fact

MOST_FILES = 60


@dataclass(frozen=True)
class CrashView:
    """The exception that ended the program, with the student's lines around its place."""

    type: str
    message: str
    place: str
    traceback: tuple[str, ...]
    excerpt: Excerpt | None


@dataclass(frozen=True)
class RunView:
    """How the submission was run."""

    facts: tuple[Fact, ...]
    holes: tuple[str, ...]
    versions: tuple[Fact, ...]
    files: tuple[str, ...]
    files_left_out: int


def missing(evidence: Evidence | None) -> str:
    """Say why there are no measurements; only meant where there are none."""
    if evidence is None:
        return wording.NO_EVIDENCE
    return wording.sentence(evidence.gap.reason) if evidence.gap else wording.NOTHING_MEASURED


def crash(evidence: Evidence | None) -> CrashView | None:
    """The crash, if there was one."""
    found = evidence.claims.crash if evidence else None
    if found is None:
        return None
    return CrashView(
        type=found.type,
        message=found.message,
        place=found.place.words,
        traceback=tuple(lines(found.traceback)),
        excerpt=excerpt(evidence.source.code if evidence else (), found.place),
    )


def stopped(evidence: Evidence | None) -> str:
    """Say which limit or signal ended the program, how much it is, and where the program was."""
    if evidence is None or evidence.run.outcome is Outcome.OK:
        return ""
    place = evidence.claims.stopped if evidence.claims.crash is None else None
    return " ".join(part for part in (evidence.run.detail, evidence.claims.reached(place)) if part)


def run(grade: Grade, evidence: Evidence | None) -> RunView:
    """How it was run, with the known holes of the isolation."""
    used = grade.run
    facts = [
        Fact("Outcome", f"It {wording.OUTCOMES[used.outcome]}.", _ending(grade, evidence)),
        Fact("Device", grade.device),
        Fact("Seed", str(grade.seed)),
        Fact("Isolation", _isolation(grade)),
        Fact("Time", f"{seconds(used.wall_s)} on the clock, {seconds(used.cpu_s)} of processor"),
        Fact("Memory", megabytes(used.peak_rss_mb), "at its highest"),
    ]
    if used.peak_gpu_mb is not None:
        facts.append(Fact("GPU memory", megabytes(used.peak_gpu_mb), "at its highest"))
    if used.cells_total is not None:
        facts.append(Fact("Cells", f"{used.cells_run or 0} of {used.cells_total} ran"))
    files = grade.submission.files
    return RunView(
        facts=(*facts, Fact("Data", wording.profile(grade.profile))),
        holes=grade.isolation.holes,
        versions=tuple(
            Fact(visible(key, 80), visible(grade.versions[key], 80))
            for key in sorted(grade.versions)[:40]
        ),
        files=tuple(visible(one, 200) for one in files[:MOST_FILES]),
        files_left_out=max(0, len(files) - MOST_FILES),
    )


def _isolation(grade: Grade) -> str:
    level, backend = grade.isolation.level, grade.isolation.backend
    return f"level {level} ({backend}), {wording.LEVELS.get(level, 'of unknown kind')}"


def _ending(grade: Grade, evidence: Evidence | None) -> str:
    parts = [f"Signal {grade.run.signal}."] if grade.run.signal else []
    if grade.run.exit_code:
        parts.append(f"Exit code {grade.run.exit_code}.")
    if evidence and evidence.run.detail:
        parts.append(evidence.run.detail)
    return " ".join(parts)
