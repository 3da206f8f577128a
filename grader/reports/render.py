"""Puts ``report.html`` together: evidence and grade in, one inert page out.

The page needs no script and no network, and its Content-Security-Policy forbids both; the one
style sheet is allowed by its hash, so nothing that a student's text could smuggle in is styled.
"""

from grader.model.assignment import Assignment
from grader.model.baseline import Baseline
from grader.model.diagnosis import Effect
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.reports import (
    charts,
    claims,
    confusion,
    curves,
    diagnoses,
    images,
    layers,
    running,
    training,
)
from grader.reports.environment import environment, sheet
from grader.reports.summary import summarise


def render_report(
    grade: Grade,
    evidence: Evidence | None,
    baseline: Baseline | None,
    assignment: Assignment,
    notebook: str = "",
) -> str:
    """Return the whole page of one submission as HTML, to be written as UTF-8.

    Without ``evidence`` the parts that need it say so; without ``baseline`` the reference's band
    is left out. ``notebook`` is the address of the executed notebook's page, empty without one.
    """
    found = curves.read(grade, evidence, baseline)
    summary, measured = summarise(grade), grade.measurements
    heatmap = confusion.heatmap(measured.confusion, assignment.classes)
    context = {
        "grade": grade,
        "assignment": assignment,
        "evidence": evidence,
        "notebook": notebook,
        "summary": summary,
        "diagnoses": diagnoses.views(grade, evidence),
        "cause_first": bool(summary.next_step.anchor),
        "costly": any(one.effect is not Effect.HARMLESS for one in grade.diagnosis),
        "missing": running.missing(evidence),
        "crash": running.crash(evidence),
        "stopped": running.stopped(evidence),
        "tiles": training.tiles(grade, baseline),
        "curves": found,
        "charts": charts.charts(found),
        "spread": training.spread(found),
        "epoch_rows": training.epoch_rows(found),
        "layers": layers.compare(measured.layers, measured.expected_layers),
        "heatmap": heatmap,
        "gallery": images.gallery(evidence, assignment.classes, heatmap.pairs),
        "claims": claims.claims(grade),
        "heard": claims.heard(grade, evidence),
        "run": running.run(grade, evidence),
        "sheet": sheet("style.css", "code.css", "report.css"),
    }
    return environment().get_template("report.html.j2").render(context)
