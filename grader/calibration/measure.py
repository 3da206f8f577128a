"""Runs the reference over several seeds and turns what was measured into a baseline.

Finished runs are kept in the user's cache by everything that could change them, the measuring code
included, so an interrupted calibration goes on where it stopped.
"""

import functools
import hashlib
import json
import statistics
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from grader.checks.accuracy import gap, robust, robust_training
from grader.data.places import cache_folder
from grader.discovery import find_submission
from grader.errors import CourseError, Fault
from grader.model.baseline import Baseline, Statistic
from grader.model.claims import Pass, Trace
from grader.model.evidence import Evidence, GapKind, Measurements
from grader.model.run import Outcome
from grader.pipeline import Setup, examine

Report = Callable[[int, Evidence], None]


def calibrate(setup: Setup, seeds: list[int], jobs: int, report: Report | None = None) -> Baseline:
    """Run the reference once per seed, ``jobs`` at a time. Raises CourseError, Fault."""
    reference = setup.course.reference(setup.assignment)
    found: dict[int, Evidence] = {}
    with ThreadPoolExecutor(jobs) as pool:
        runs = {pool.submit(_evidence, setup, reference, seed): seed for seed in seeds}
        try:
            for done in as_completed(runs):
                found[runs[done]] = done.result()
                if report is not None:
                    report(runs[done], done.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # no seed begins after an interruption
            raise
    return summarise(setup, reference, [found[seed] for seed in seeds], seeds)


def _evidence(setup: Setup, reference: Path, seed: int) -> Evidence:
    submission = find_submission(reference, student="reference")
    # The folder of a split's arrays is named after the files they were read from.
    data = [split.images_file.parent.name for split in (setup.data.train, setup.data.valid)]
    settings = setup.assignment.model_dump(mode="json")
    code = _measuring_code()
    identity = [submission.sha256, *data, settings, seed, setup.versions, setup.device, code]
    key = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:24]
    kept = cache_folder() / "calibration" / f"{setup.assignment.slug}-{seed}-{key}.json"
    try:
        return Evidence.model_validate_json(kept.read_bytes())
    except (OSError, ValidationError):
        pass  # not run yet, or written by another version of the model
    evidence = examine(submission, replace(setup, seed=seed)).evidence
    _require_sound(evidence, reference)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(evidence.model_dump_json(by_alias=True))
    return evidence


def _require_sound(evidence: Evidence, reference: Path) -> None:
    """A baseline of a broken program would set broken thresholds. Raises CourseError, Fault."""
    crash, outcome = evidence.claims.crash, evidence.run.outcome
    if evidence.gap is not None and evidence.gap.kind is not GapKind.NOTHING_TRAINED:
        raise Fault(f"{reference} could not be measured: {evidence.gap.reason}")
    if crash is not None:
        place = f" in line {crash.line}" if crash.line else ""
        raise CourseError(
            f"the worked solution {reference} stops{place} with {crash.type}: {crash.message[:200]}"
        )
    if outcome is not Outcome.OK or evidence.measurements is None:
        raise CourseError(
            f"the worked solution {reference} must train its network and run to its end: "
            f"{evidence.gap.reason if evidence.gap else evidence.run.detail or outcome}"
        )


@functools.cache
def _measuring_code() -> str:
    """Digest of every file that decides how a run goes, records it or measures it."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in ("probe", "evaluator", "intake", "model", "discovery", "data", "pipeline"):
        for path in sorted((package / room).rglob("*.py")):
            name = path.relative_to(package).as_posix()
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _statistic(values: Iterable[float]) -> Statistic:
    numbers = tuple(values)
    sd = statistics.stdev(numbers) if len(numbers) > 1 else 0.0
    return Statistic(
        mean=statistics.fmean(numbers), sd=sd, min=min(numbers), max=max(numbers), values=numbers
    )


def _epochs(evidence: Evidence) -> list[Pass]:
    trace = evidence.claims.trace or Trace()
    return [one for one in trace.passes if one.training and one.epoch is not None]


def _curve(runs: list[list[Pass]]) -> tuple[float, ...]:
    """The mean accuracy per epoch over runs, empty where the reference computes none of its own."""
    columns = [[one.accuracy for one in column] for column in zip(*runs, strict=False)]
    known = [[value for value in column if value is not None] for column in columns]
    return tuple(map(statistics.fmean, known)) if all(known) else ()


def _validations(evidence: Evidence) -> list[Pass]:
    trace = evidence.claims.trace or Trace()
    return [one for one in trace.passes if not one.training]


def summarise(setup: Setup, reference: Path, runs: list[Evidence], seeds: list[int]) -> Baseline:
    """Turn the evidence of the reference's runs, one per seed, into a baseline."""
    measured = [run.measurements for run in runs if run.measurements is not None]
    last = [_epochs(run)[-1] for run in runs]
    first = measured[0]

    def of(value: Callable[[Measurements], float | None]) -> Statistic:
        return _statistic(value(one) or 0.0 for one in measured)

    return Baseline(
        assignment=setup.assignment.slug,
        profile=setup.data.profile,
        seeds=tuple(seeds),
        epochs=len(_epochs(runs[0])),
        steps=sum(one.steps for one in _epochs(runs[0])),
        parameters=first.parameters,
        layers=first.layers,
        train_accuracy=of(lambda one: one.train_accuracy),
        train_loss=of(lambda one: one.train_loss),
        train_loss_sum=of(lambda one: one.train_loss_sum),
        running_train_accuracy=_statistic(one.accuracy or 0.0 for one in last),
        running_train_loss_sum=_statistic((one.loss or 0.0) * one.forwards for one in last),
        valid_accuracy=of(lambda one: one.valid_accuracy),
        robust_train_accuracy=of(robust_training),
        robust_valid_accuracy=of(lambda one: robust(one, "median_last_k")),
        valid_loss=of(lambda one: one.valid_loss),
        valid_loss_sum=of(lambda one: one.valid_loss_sum),
        gap=of(gap),
        train_accuracy_per_epoch=_curve([_epochs(run) for run in runs]),
        valid_accuracy_per_epoch=_curve([_validations(run) for run in runs]),
        wall_s=_statistic(run.run.wall_s for run in runs),
        peak_rss_mb=max(run.run.peak_rss_mb for run in runs),
        reference_sha256=runs[0].submission.sha256,
        versions=setup.versions,
    )


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write ``baseline`` to ``path``, making the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(baseline.model_dump_json(by_alias=True, indent=1) + "\n")
