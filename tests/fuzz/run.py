"""Fuzzes one reader: python tests/fuzz/run.py outbox --inputs 100000 --seed 0 --findings FOLDER

``--replay FILE`` gives it one input again that an earlier run wrote down. See docs/fuzzing.md.
"""

import argparse
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy: threads take gigabytes of addresses
sys.path.append(str(Path(__file__).parent.parent))

from guards import limit_memory
from harness import Report, Target, fuzz, memory_folder
from inputs import Place, from_text

TARGETS = ("outbox", "discovery", "importer", "rubric")
ADDRESSES_MB = 2000


def target_of(name: str) -> Target:
    """One target; the readers of the others are not even imported."""
    found: Target = importlib.import_module(f"target_{name}").TARGET
    return found


def told(report: Report) -> str:
    """A report for people."""
    lines = [
        f"{report.target}: {report.inputs:,} inputs in {report.seconds:.0f} s, of them "
        f"{report.one_change:,} valid up to one change and {report.unchanged:,} valid",
        f"accepted {report.accepted:,}, refused {report.refused:,}, kept {report.kept:,}; "
        f"slowest {report.slowest_s:.2f} s, largest growth {report.grown_mb:.0f} MB",
        *(f"FINDING {count:,} x {kind}" for kind, count in sorted(report.findings.items())),
        *(
            f"{one.module}: {one.taken} of {one.there} branches"
            for one in report.branches
            if one.there
        ),
    ]
    return "\n".join(lines)


def _replay(target: Target, path: Path) -> None:
    """Give one input again, without limits, so that its traceback shows."""
    case = from_text(path.read_text())
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / part for part in ("input", "scratch")]
        Place(places[0]).put(case)
        places[1].mkdir()
        try:
            print("taken" if target.read(case, *places) else "not usable")  # noqa: T201
        except target.refusals as error:
            print(f"refused: {error}")  # noqa: T201


def _in_a_child(target: Target, options: argparse.Namespace) -> int:
    """Fuzz in a process of its own: one that dies is a finding, too. Returns its exit code."""
    with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
        child = os.fork()
        if child == 0:
            tempfile.tempdir = folder
            os.environ["TMPDIR"] = folder
            limit_memory(ADDRESSES_MB)
            report = fuzz(target, options.inputs, options.seed, options.findings, options.limit)
            print(told(report), flush=True)  # noqa: T201
            if options.json is not None:
                options.json.write_text(json.dumps(asdict(report), indent=1))
            os._exit(1 if report.findings else 0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code < 0:
            print(f"FINDING the process died: {signal.Signals(-code).name}")  # noqa: T201
            if options.findings is not None:  # what lies there is the input it died of
                shutil.copytree(folder, options.findings / "died", symlinks=True)
        return abs(code)


def main() -> None:
    """Read the command line, fuzz, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--findings", type=Path, help="a folder for what has no answer")
    parser.add_argument("--limit", type=float, default=5.0, help="seconds for one input")
    parser.add_argument("--json", type=Path, help="a file for the report")
    parser.add_argument("--replay", type=Path, help="a file of --findings")
    options = parser.parse_args()
    if options.replay is not None:
        _replay(target_of(options.target), options.replay)
        return
    sys.exit(_in_a_child(target_of(options.target), options))


if __name__ == "__main__":
    main()
