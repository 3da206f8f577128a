"""Every mistake that is known, and the rule that sees it. Of equals the earlier is told first."""

from grader.diagnosis.interface import Mistake
from grader.diagnosis.rules import loss
from grader.model.diagnosis import Effect

MISTAKES = (
    Mistake("softmax-before-loss", Effect.RUINS, loss.softmax_before_cross_entropy),
    Mistake("sigmoid-before-loss", Effect.RUINS, loss.sigmoid_before_cross_entropy),
    Mistake("log-softmax-before-loss", Effect.HARMLESS, loss.log_softmax_before_cross_entropy),
)
