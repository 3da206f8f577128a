"""Names the mistake behind a number: rules over trace, graph, weights and source.

The path: ``case`` gathers what is known of a run, each rule of ``table`` looks at it and may
suspect its mistake, ``ranking`` puts the one to mend first at the head and leaves out what is only
a consequence of another, ``texts`` say it to the student.
"""

from grader.diagnosis.path import diagnose
from grader.diagnosis.texts import Wording, load_wording

__all__ = ["Wording", "diagnose", "load_wording"]
