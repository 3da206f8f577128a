"""Verdicts and rubric become points."""

from grader.scoring.score import score

__all__ = ["score"]
