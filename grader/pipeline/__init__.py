"""The path of one submission: see ``path``."""

from grader.pipeline.path import check_submission, examine, judge
from grader.pipeline.setup import Request, Setup, prepare

__all__ = ["Request", "Setup", "check_submission", "examine", "judge", "prepare"]
