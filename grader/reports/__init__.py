"""How a grade is shown to people: one self-contained page, with no script and no network."""

from grader.reports.render import render_report

__all__ = ["render_report"]
