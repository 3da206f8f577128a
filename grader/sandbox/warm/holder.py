"""The first process of a box that a copy moves into: it waits for the copy, and for its end."""

HOLDER = """
import os, _signal
_signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # what it has no handler for does not reach it
os.write(1, b"ready")
job = int(os.read(0, 32))
while True:
    ended, status = os.wait()
    if ended == job:
        os.write(1, b"%d" % status)
        os._exit(0)
"""
"""Run as ``python -I -S -c``: says that the box is there, hears which process inside is the job,
and says with which status it ended. The box ends with it."""
READY = b"ready"
