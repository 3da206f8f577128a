"""How grades are shown to people: a page for each, with no script, and one of a class.

Both are self-contained and need no network.
"""

from grader.reports.render import render_report

__all__ = ["render_report"]
