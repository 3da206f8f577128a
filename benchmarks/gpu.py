"""Grading on a GPU: the references, the same verdicts as on a CPU, and how many runs share one.

    python -m benchmarks.gpu references     # official data, through the sandbox
    python -m benchmarks.gpu verdicts       # every sample submission of tests/, tiny practice data
    python -m benchmarks.gpu packing        # lab 1's reference, k runs at once on one GPU

Prints Markdown; exits 1 where something is not as it must be. Needs a CUDA device.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.batch.engines.local import Local
from grader.batch.memory import Memory
from grader.batch.work import Graded, Heard, RunAgain, Work
from grader.course import find_course
from grader.data.practice import PracticeSize
from grader.discovery import find_submission, open_submission
from grader.model.grade import Grade
from grader.pipeline import Request, Setup, check_submission, prepare
from grader.pipeline.setup import Standard, cores, standard
from grader.sandbox.gpus import inventory

ROOT = Path(__file__).parent.parent
LABS = ("lab1", "lab2", "lab3")
PACKINGS = (1, 2, 4, 8, 16)


def references(only: str | None) -> int:
    """Grade each reference on official data on the GPU."""
    print("| lab | device | score | training | validation | wall s | GPU MB | flags |")
    print("|" + " --- |" * 8)
    wrong = 0
    for slug in LABS if only is None else (only,):
        setup = prepare(Request(slug, course=ROOT, device="cuda", threads=1, reruns=0))
        judged_by = standard(setup.course, slug, setup.data.profile)
        reference = find_submission(setup.course.reference(setup.assignment))
        grade = check_submission(reference, setup, judged_by)[1]
        found, run = grade.measurements, grade.run
        print(
            f"| {slug} | {grade.device} | {grade.score} | {found.train_accuracy:.4f} | "
            f"{found.valid_accuracy:.4f} | {run.wall_s:.1f} | {run.peak_gpu_mb} | "
            f"{len(grade.flags)} |",
            flush=True,
        )
        wrong += grade.score != grade.max_score or bool(grade.flags) or grade.device == "cpu"
    return wrong


def sample_setups(course: Path, device: str) -> dict[str, tuple[Setup, Standard]]:
    """What grades the samples of each lab on ``device``."""
    made = {}
    for slug in LABS:
        request = Request(
            slug,
            course=course,
            practice=True,
            practice_size=PracticeSize.TINY,
            device=device,
            threads=1,
            reruns=0,
        )
        setup = prepare(request)
        made[slug] = (setup, standard(setup.course, slug, "practice"))
    return made


def verdicts(named: str) -> int:
    """Grade every sample on both devices and compare criterion by criterion.

    ``named`` takes only those with this in their name.
    """
    sys.path.insert(0, str(ROOT / "tests" / "end_to_end"))
    from cases import cases

    with tempfile.TemporaryDirectory() as name:
        course = Path(name, "course")
        for part in ("assignments", "rubrics"):
            shutil.copytree(ROOT / part, course / part)
        shutil.rmtree(course / "rubrics" / "baselines")
        tiny = ROOT / "tests" / "submissions" / "baselines"
        shutil.copytree(tiny, course / "rubrics" / "baselines")
        samples = [case for slug in LABS for case in cases(slug) if named in case.name]
        setups = {device: sample_setups(course, device) for device in ("cpu", "cuda")}

        def graded(job: tuple[int, str]) -> Grade:
            number, device = job
            case = samples[number]
            setup, judged_by = setups[device][case.lab]
            limits = setup.assignment.limits.model_copy(update=case.limits)
            changed = setup.assignment.model_copy(update={"limits": limits})
            folder = Path(name, f"{number}-{device}")
            folder.mkdir()
            with open_submission(case.write(folder)) as submission:
                return check_submission(submission, replace(setup, assignment=changed), judged_by)[
                    1
                ]

        jobs = [(number, device) for number in range(len(samples)) for device in ("cpu", "cuda")]
        with ThreadPoolExecutor(max(1, cores() - 2)) as pool:
            grades = dict(zip(jobs, pool.map(graded, jobs), strict=True))
    differing = 0
    for number, case in enumerate(samples):
        told = list(differences(case, grades[number, "cpu"], grades[number, "cuda"]))
        differing += bool(told)
        for line in told:
            print(f"- {case.lab} {case.name}: {line}")
    ran = sum(grades[number, "cuda"].device != "cpu" for number in range(len(samples)))
    print(f"{len(samples)} samples, {ran} of them measured on the GPU, {differing} differ")
    return differing


def differences(case: Any, cpu: Grade, gpu: Grade) -> Iterator[str]:
    """Name each verdict that is not the same on both, but for those that luck decides."""
    said = case.expect["verdicts"]
    luck = {name for name, verdict in said.items() if verdict == "?"} if said != "met" else set()
    for one, other in zip(cpu.criteria, gpu.criteria, strict=True):
        if one.verdict is not other.verdict and not luck & {one.id, "*"}:
            yield f"{one.id}: {one.verdict} on CPU ({one.found}), {other.verdict} ({other.found})"
    if cpu.flags != gpu.flags:
        yield f"flags {cpu.flags} on the CPU, {gpu.flags}"


def side_by_side(works: Iterable[Work], request: Request, places: int) -> tuple[float, list[str]]:
    """Grade ``works`` on one GPU, ``places`` at once; return seconds and what went wrong."""
    waiting, wrong, running = list(works), [], 0
    with Local(request, ("cuda:0",) * places, Memory(1500)) as engine:
        started_s = time.monotonic()
        while waiting or running:
            while waiting and engine.place_for(waiting[0]):
                engine.begin(waiting.pop(0))
                running += 1
            for event in engine.events(0.2):
                if isinstance(event, Heard | RunAgain):
                    continue
                running -= 1
                if not isinstance(event, Graded):
                    wrong.append(event.reason)
                    continue
                grade = Grade.model_validate_json(event.files["grade.json"])
                if grade.score != grade.max_score or grade.device == "cpu" or event.crowded:
                    wrong.append(f"{grade.student}: {grade.score} on {grade.device}")
        return time.monotonic() - started_s, wrong


def packing(slug: str, packings: Iterable[int]) -> int:
    """Grade the reference k at a time, twice over, and compare the throughputs."""
    course = find_course(ROOT)
    reference = course.reference(course.assignment(slug))
    request = Request(slug, course=ROOT, device="cuda:0", threads=1, reruns=0)
    prepare(request)
    print("| runs at once | submissions | wall s | an hour | times one | wrong |")
    print("|" + " --- |" * 6)
    alone = bad = 0.0
    for k in packings:
        count = max(2, k)
        works = [Work(f"s{number:02d}", reference) for number in range(count)]
        wall_s, wrong = side_by_side(works, request, k)
        rate = count / wall_s * 3600
        alone = alone or rate
        print(
            f"| {k} | {count} | {wall_s:.1f} | {rate:.0f} | {rate / alone:.2f} | {wrong or '–'} |",
            flush=True,
        )
        bad += len(wrong)
    return int(bad)


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("references", "verdicts", "packing"))
    parser.add_argument("--lab", choices=LABS)
    parser.add_argument("--named", default="", help="only samples with this in their name")
    parser.add_argument("--packings", type=int, nargs="+", default=PACKINGS)
    given = parser.parse_args()
    gpus = inventory()
    if not gpus:
        sys.exit("there is no CUDA device")
    print(f"{gpus[0].name}, {cores()} cores\n")
    if given.what == "references":
        return references(given.lab)
    if given.what == "verdicts":
        return verdicts(given.named)
    return packing(given.lab or "lab1", given.packings)


if __name__ == "__main__":
    sys.exit(min(1, main()))
