"""A job beside another that takes every process it may have."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

_PATIENT = """
    import subprocess
    (OUT / "ready").touch()
    while not (OUT / "full").exists():
        time.sleep(0.01)
    subprocess.run([sys.executable, "-c", "print('mine')"])
"""
_GREEDY = """
    try:
        while True:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
    except OSError:
        (OUT / "full").touch()
    time.sleep(30)
"""


class _Over(BaseException):
    """What ends a run from its watch; an ``Exception`` there is not listened to."""


def beside_a_greedy_job(walls, run, outbox):
    """How a job ends that started first, and wants a process when the other has all it may have."""
    with ThreadPoolExecutor() as pool:
        patient = pool.submit(run, walls, _PATIENT, processes=20)
        while not (outbox / "ready").exists():
            assert not patient.done(), patient.result().stderr

        def watch():
            if patient.done():
                raise _Over

        with contextlib.suppress(_Over):
            run(walls, _GREEDY, processes=200, watch=watch)
        return patient.result()
