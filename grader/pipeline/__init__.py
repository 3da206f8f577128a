"""The path of one submission: see ``path``."""

from grader.pipeline.attempts import best_first, judge
from grader.pipeline.path import check_submission, examine
from grader.pipeline.setup import Request, Setup, prepare

__all__ = ["Request", "Setup", "best_first", "check_submission", "examine", "judge", "prepare"]
