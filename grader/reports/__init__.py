"""How grades are shown to people: pages for each, with no script, and one of a class.

All are self-contained and need no network.
"""

from grader.reports.pages import render_pages
from grader.reports.render import render_report

__all__ = ["render_pages", "render_report"]
