"""Every case as a rendered and parsed page; and pages opened in a browser."""

import pytest
from chromium import chromium, visit, why_not
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


@pytest.fixture(scope="module")
def chromium_here():
    """A browser for a module of tests; none where the mark ``browser`` skips them all."""
    if why_not():
        yield None
        return
    with chromium() as browser:
        yield browser


@pytest.fixture
def look(chromium_here, tmp_path):
    """Open a page's source in the browser; in the end it must have complained of nothing."""
    visits = []

    def looked(source, **how):
        path = tmp_path / f"page-{len(visits)}.html"
        path.write_text(source, encoding="utf-8")
        visits.append(visit(chromium_here, path, **how))
        return visits[-1]

    yield looked
    for one in visits:
        one.page.context.close()
    assert [said for one in visits for said in one.complaints] == []
    assert [asked for one in visits for asked in one.requests] == []
