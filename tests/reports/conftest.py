"""Every case as a rendered and parsed page."""

import pytest
from report_cases import CASES
from report_parser import Page

from grader.reports import render_report


@pytest.fixture(params=CASES, scope="session")
def case(request):
    """Each hand-built case in turn: grade, evidence, baseline, assignment."""
    return CASES[request.param]()


@pytest.fixture(scope="session")
def source(case):
    """The page of ``case`` as written."""
    return render_report(*case)


@pytest.fixture(scope="session")
def page(source):
    """The page of ``case``, parsed."""
    return Page(source)
