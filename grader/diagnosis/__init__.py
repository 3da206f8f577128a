"""Names the mistake behind a number: rules over trace, graph, weights and source.

The path: ``case`` gathers what is known of a run, each rule of ``table`` looks at it and may
suspect its mistake, ``ranking`` puts the one to mend first at the head and leaves out what is only
a consequence of another, ``texts`` say it to the student, in a course's ``own_words`` where it
has some.
"""

from grader.diagnosis.own_words import load_wording
from grader.diagnosis.path import diagnose
from grader.diagnosis.texts import Wording

__all__ = ["Wording", "diagnose", "load_wording"]
