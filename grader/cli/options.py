"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Course = Annotated[
    Path | None,
    typer.Option("--course", metavar="DIR", help="Course folder; default $GRADER_COURSE or ours."),
]
Rubric = Annotated[
    Path | None, typer.Option("--rubric", metavar="FILE", help="Use this rubric instead.")
]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder with MNIST/ and asl_data/ as the labs use."),
]
Practice = Annotated[
    bool, typer.Option("--practice", help="Use the embedded practice data; not your grade.")
]
Device = Annotated[
    str, typer.Option("--device", metavar="DEVICE", help="auto, cpu, cuda or cuda:N.")
]
Isolation = Annotated[
    int | None,
    typer.Option("--isolation", metavar="LEVEL", min=0, max=3, help="Demand at least this level."),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, max=2**32 - 1, help="Seed of the generators.")
]
Holdout = Annotated[
    float | None,
    typer.Option(
        "--holdout", metavar="F", help="Keep this share of the validation images from the program."
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", metavar="S", min=1, help="Wall time in seconds a run may take."),
]
Limits = Annotated[
    list[str],
    typer.Option(
        "--limit",
        metavar="NAME=N",
        help="Override a limit of the assignment: memory_mb, disk_mb, files, processes, output_mb, "
        "cell_s; more than once for several.",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option("--threads", metavar="N", min=1, help="CPU threads for torch; default all."),
]
Reruns = Annotated[
    int,
    typer.Option(
        "--reruns", metavar="N", min=0, max=2, help="Runs more where luck may have decided."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print grade.json and nothing else.")]
