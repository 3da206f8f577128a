"""The whole error tree. Two families that are never confused.

A ``CallerError`` is something only the caller can fix: one sentence that names the thing and the
remedy, exit code 2. A ``Fault`` is ours: exit code 3, kept evidence, never a student's zero.
Whatever is wrong inside a student's file is neither: it is a graded result.
"""


class GraderError(Exception):
    """Base of every error this package raises on purpose; ``str(error)`` is one clear sentence."""


class CallerError(GraderError):
    """The caller asked for something that cannot be done; the message says what to do instead."""


class CourseError(CallerError):
    """An assignment, rubric or baseline is missing or malformed."""


class DataError(CallerError):
    """A data set is missing, incomplete or not what it claims to be."""


class SubmissionError(CallerError):
    """A path does not lead to exactly one submission."""


class NoRoom(SubmissionError):
    """A submission cannot be unpacked for want of room; the same one can be once there is some."""


class IsolationError(CallerError):
    """The isolation or device that was demanded is not available here."""


class ResultsError(CallerError):
    """A results folder cannot be read or written."""


class Fault(GraderError):
    """Our own failure: the result needs review and must never cost the student points."""


class OutboxRefused(GraderError):
    """What came out of a sandbox is malformed or too large; says which file and why."""
