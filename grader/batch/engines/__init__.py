"""Every engine that grades a class, by the name that ``--engine`` gives it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from grader.batch.engines.interface import Engine, Wanted
from grader.batch.engines.local import Local
from grader.batch.memory import Memory
from grader.batch.slots import share_mb, slots
from grader.errors import CallerError
from grader.sandbox.devices import devices_for

NO_RAY = (
    "the engine 'ray' needs Ray: install it on every machine of the cluster with "
    "python -m pip install 'lab-grader[ray]'"
)


def _local(wanted: Wanted) -> Engine:
    request, setup = wanted.request, wanted.setup
    gpus = devices_for(request.device, setup.device)
    places = slots(gpus, wanted.workers, setup.assignment.limits.threads)
    # A process that grades may not fall back to a weaker isolation than what was found here.
    level = setup.chosen.isolation.level
    request = replace(request, isolation=level, gpu_mb=share_mb(gpus, places))
    return Local(request, places, Memory(wanted.baseline.peak_rss_mb))


def _ray(wanted: Wanted) -> Engine:
    try:
        from grader.batch.engines.ray import Ray
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise CallerError(NO_RAY) from None
    return Ray(wanted)


ENGINES: Mapping[str, Callable[[Wanted], Engine]] = {"local": _local, "ray": _ray}


def engine_for(name: str, wanted: Wanted) -> Engine:
    """Make the engine called ``name``. Raises CallerError where there is none, or not here."""
    if name not in ENGINES:
        raise CallerError(f"there is no engine '{name}': use {' or '.join(ENGINES)}")
    if wanted.address is not None and name == "local":
        raise CallerError("--address names a cluster: add --engine ray, or leave it out")
    return ENGINES[name](wanted)
