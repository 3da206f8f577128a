"""Checks a submission whenever it is saved: see ``loop``.

``saves`` notices that what the code says has changed, ``stopping`` ends what runs when it does, and
``answer`` says in seconds what reading the program and one step of its training show.
"""

from grader.watch.answer import Answer
from grader.watch.loop import Asked, Watcher, watch

__all__ = ["Answer", "Asked", "Watcher", "watch"]
