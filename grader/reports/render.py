"""Puts ``report.html`` together: evidence and grade in, one inert page out.

The page needs no script and no network, and its Content-Security-Policy forbids both; the one
style sheet is allowed by its hash, so nothing that a student's text could smuggle in is styled.
Every value that a template writes passes through ``visible`` and is then escaped.
"""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.model.assignment import Assignment
from grader.model.baseline import Baseline
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.reports import (
    charts,
    claims,
    confusion,
    curves,
    images,
    layers,
    running,
    text,
    training,
    wording,
)
from grader.reports.summary import summarise

TEMPLATES = Path(__file__).parent / "templates"


def render_report(
    grade: Grade, evidence: Evidence | None, baseline: Baseline | None, assignment: Assignment
) -> str:
    """Return the whole page of one submission as HTML, to be written as UTF-8.

    Without ``evidence`` the parts that need it say so; without ``baseline`` the reference's curves
    are left out.
    """
    found = curves.read(grade, evidence, baseline)
    measured = grade.measurements
    context = {
        "grade": grade,
        "assignment": assignment,
        "evidence": evidence,
        "summary": summarise(grade),
        "missing": running.missing(evidence),
        "crash": running.crash(evidence),
        "stopped": running.stopped(evidence),
        "tiles": training.tiles(grade, baseline),
        "curves": found,
        "charts": [c for c in (charts.accuracy_chart(found), charts.loss_chart(found)) if c],
        "epoch_rows": training.epoch_rows(found),
        "layers": layers.compare(measured.layers, measured.expected_layers),
        "heatmap": confusion.heatmap(measured.confusion, assignment.classes),
        "wrong_images": images.wrong_images(evidence, assignment.classes),
        "claims": claims.claims(grade),
        "heard": claims.heard(grade, evidence),
        "run": running.run(grade, evidence),
    }
    return environment().get_template("report.html.j2").render(context)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the one environment of all templates."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    # Our own file, and the only text that is not escaped.
    made.globals |= {"style": Markup(style), "style_hash": digest, "wording": wording}  # noqa: S704
    made.filters |= {
        "percent": text.percent,
        "number": text.number,
        "loss": text.loss,
        "visible": text.visible,
    }
    return made


def _finalize(value: Any) -> Any:
    """Make any value that a template writes safe to look at; markup is ours already."""
    return value if isinstance(value, Markup) else text.visible(str(value))
