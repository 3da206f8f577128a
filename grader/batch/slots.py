"""How many submissions this machine grades at once, and on which devices."""

from collections.abc import Sequence
from itertools import chain, zip_longest

from grader.pipeline.setup import cores
from grader.sandbox.gpus import Gpu

PACKED = 16
"""How many runs share one GPU at most. The labs' networks are small: most of a step is the CPU's
part, and a GPU that serves one run idles. So many were measured (``benchmarks/README.md``), with
one core for each."""
GPU_RUN_MB = 2000.0
"""What a run of the labs may take of a GPU with the process that measures it: an estimate. The
references alone took up to 956 MB."""


def slots(gpus: Sequence[Gpu], workers: int | None, threads: int = 1) -> tuple[str, ...]:
    """Name the device of each slot; ``workers`` sets their number on each GPU where there are some,
    else memory and cores do, of which each has as many as its run has ``threads``.

    The slots of several GPUs alternate, so that few runs spread over all of them.
    """
    if not gpus:
        return ("cpu",) * (workers or max(1, cores() // max(1, threads)))
    each = [
        [f"cuda:{gpu.index}"] * (workers or min(PACKED, max(1, int(gpu.free_mb / GPU_RUN_MB))))
        for gpu in gpus
    ]
    spread = [name for name in chain.from_iterable(zip_longest(*each)) if name is not None]
    return tuple(spread if workers else spread[: cores()])


def share_mb(gpus: Sequence[Gpu], places: Sequence[str]) -> float | None:
    """How much of a GPU's memory a run may take so that all that share one have the same."""
    counts = {gpu: places.count(f"cuda:{gpu.index}") for gpu in gpus}
    return min((gpu.free_mb / count for gpu, count in counts.items() if count), default=None)
