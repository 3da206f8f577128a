"""A job beside another that takes every process it may have."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

from enough import Enough, until

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


def beside_a_greedy_job(walls, run, outbox):
    """How a job ends that started first, and wants a process when the other has all it may have."""
    with ThreadPoolExecutor() as pool:
        patient = pool.submit(run, walls, _PATIENT, processes=20)
        while not (outbox / "ready").exists():
            assert not patient.done(), patient.result().stderr
        with contextlib.suppress(Enough):
            run(walls, _GREEDY, processes=200, watch=until(patient.done))
        return patient.result()
