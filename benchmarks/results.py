"""Writes docs/results.md: the reference's baselines beside the published outcomes.

python -m benchmarks.results
"""

from pathlib import Path

from grader.course import find_course
from grader.model.baseline import Baseline, Statistic

ROOT = Path(__file__).parent.parent

# One run each, as published with the course. Losses are sums over batches of 32.
PUBLISHED = {
    "lab1": (62.98, 0.9889, 23.56, 0.9798),
    "lab2": (11.05, 0.9966, 220.91, 0.8164),
    "lab3": (0.81, 0.9966, 24.51, 0.9749),
}
METRICS = (
    ("running_train_loss_sum", "training loss, last epoch"),
    ("running_train_accuracy", "training accuracy, last epoch"),
    ("valid_loss_sum", "validation loss"),
    ("valid_accuracy", "validation accuracy"),
)
HEAD = """# Results of the worked solutions

Written by `python -m benchmarks.results` from `rubrics/baselines/`; do not edit by hand.

Each worked solution was graded by `grader calibrate` with several seeds, one CPU thread a run. The
training figures of this table are what the program itself records during its last epoch, with the
weights still moving and dropout on, because the published ones are of that kind; losses are sums
over batches of 32 of the batch mean. Below it are the measurements on fixed weights, which grades
use: the final model on the whole training and validation set, and the robust figures, which are
those of the epoch at the median of the last five wherever the final epoch fell below it.
"""


def spread(found: Statistic, digits: int) -> str:
    """Mean, standard deviation and range as table cells."""
    numbers = (found.mean, found.sd, found.min, found.max)
    return " | ".join(f"{number:.{digits}f}" for number in numbers)


def comparison(baseline: Baseline, published: tuple[float, ...]) -> list[str]:
    """Rows of the comparison with the published run."""
    rows = ["| | mean | sd | min | max | published | inside our range | z |", "|" + " --- |" * 8]
    for (name, title), value in zip(METRICS, published, strict=True):
        found: Statistic = getattr(baseline, name)
        digits = 4 if "accuracy" in name else 2
        inside = "yes" if found.min <= value <= found.max else "no"
        z = (value - found.mean) / found.sd if found.sd else float("nan")
        rows.append(f"| {title} | {spread(found, digits)} | {value:g} | {inside} | {z:+.1f} |")
    return rows


def measured(baseline: Baseline) -> list[str]:
    """Rows of what grades use."""
    rows = ["| measured on fixed weights | mean | sd | min | max |", "|" + " --- |" * 5]
    names = ("train_accuracy", "robust_train_accuracy", "valid_accuracy", "robust_valid_accuracy")
    for name in (*names, "gap"):
        rows.append(f"| {name.replace('_', ' ')} | {spread(getattr(baseline, name), 4)} |")
    for name in ("train_loss", "valid_loss"):
        rows.append(
            f"| {name.replace('_', ' ')}, mean per image | {spread(getattr(baseline, name), 4)} |"
        )
    return rows


def section(baseline: Baseline, published: tuple[float, ...] | None) -> str:
    """One assignment on one profile."""
    versions = ", ".join(f"{name} {number}" for name, number in baseline.versions.items())
    lines = [
        f"### {baseline.assignment}, {baseline.profile} data",
        "",
        f"{len(baseline.seeds)} seeds ({baseline.seeds[0]} to {baseline.seeds[-1]}), "
        f"{baseline.epochs} epochs, {baseline.steps:,} steps, {baseline.parameters:,} parameters; "
        f"{versions}.",
        "",
    ]
    if published is not None:
        lines += [*comparison(baseline, published), ""]
    return "\n".join([*lines, *measured(baseline), ""])


def main() -> None:
    """Write the page from whatever baselines there are."""
    course = find_course(ROOT)
    parts = [HEAD]
    for profile, title in (("official", "Real data"), ("practice", "Practice data")):
        parts.append(f"## {title}\n")
        for slug in course.slugs():
            if course.baseline_path(slug, profile).is_file():
                published = PUBLISHED.get(slug) if profile == "official" else None
                parts.append(section(course.baseline(slug, profile), published))
    notes = ROOT / "benchmarks" / "results_notes.md"
    if notes.is_file():
        parts.append(notes.read_text(encoding="utf-8"))
    (ROOT / "docs" / "results.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
