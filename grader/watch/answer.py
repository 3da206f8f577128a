"""What is said of a program in seconds: what reading it shows, and one step of its training."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.checks.architecture import Architecture, problems
from grader.checks.ending import ending_of
from grader.discovery.told import early
from grader.errors import CourseError
from grader.model.claims import Trace
from grader.model.diagnosis import Diagnosis
from grader.model.evidence import Evidence
from grader.model.rubric import Visibility
from grader.model.run import Outcome
from grader.model.source import SourceLook
from grader.pipeline.attempts import told
from grader.pipeline.first_step import NO_STEP
from grader.pipeline.setup import Standard
from grader.reports.layers import describe
from grader.reports.text import loss
from grader.scoring.verdicts import parameters_of

AT_ONCE = frozenset(
    (
        *("missing-activation", "wrong-outputs", "wrong-input-size", "missing-flatten"),
        *("activation-on-output", "dropout-too-strong", "dropout-on-output", "dropout-always-on"),
        *("softmax-before-loss", "log-softmax-before-loss", "sigmoid-before-loss"),
        *("loss-on-wrong-tensors", "broadcast-loss", "labels-one-hot", "inputs-not-scaled"),
        *("no-backward", "step-before-backward", "zero-grad-after-backward"),
        *("training-without-gradients", "optimizer-of-another-model", "eval-mode-in-training"),
        *("frozen-layers", "weights-all-equal", "device-mismatch", "dtype-mismatch"),
    )
)
"""Mistakes that one batch and one step can show; the rules of others look at whole epochs."""
MOST_LAYERS = 12
NO_LEARNING = (
    "It came to its end and no step of training was seen: call loss.backward() and "
    "optimizer.step() for every batch, and call the function that does so."
)


@dataclass(frozen=True)
class Answer:
    """What a student is told at once.

    ``problems`` come before anything else: the program is not run as a whole unless ``sound``. No
    mistake keeps it from that: a rule can be wrong, an exception cannot. ``mistakes`` are told as
    in a report, the first to mend at the head. ``seen`` is what works.
    ``next_step`` says what to change where no mistake of ours names the problem.
    """

    sound: bool
    problems: tuple[str, ...] = ()
    mistakes: tuple[Diagnosis, ...] = ()
    seen: tuple[str, ...] = ()
    next_step: str = ""


def read(source: SourceLook) -> Answer:
    """Answer by what reading the program shows; where it is sound it is worth a try."""
    unfinished = bool(source.parse_error or source.placeholders or source.hopeless)
    said = early(source)
    if source.hopeless is not None and not said:
        said = [f"It cannot run: {source.hopeless}."]
    if not unfinished:
        return Answer(sound=True, problems=tuple(said), seen=("it reads as Python, nothing open",))
    return Answer(sound=False, problems=tuple(said), next_step="Mend that first, then save again.")


def tried(before: Answer, evidence: Evidence, judged_by: Standard) -> Answer:
    """Add to ``before`` what the first step of training showed."""
    if evidence.run.outcome is Outcome.FAULT:
        why = f"one step could not be tried: {evidence.run.detail.rstrip('.')}"
        return Answer(sound=True, problems=(*before.problems, f"The grader failed, {why}."))
    found = tuple(one for one in told(evidence, judged_by) if one.id in AT_ONCE)
    broken = tuple(_broken(evidence))
    ending = ending_of(evidence)
    return Answer(
        sound=not broken,
        problems=(*before.problems, *broken, *_other_layers(evidence, judged_by)),
        mistakes=found,
        seen=() if broken else (*before.seen, *_seen(evidence)),
        next_step=ending.next_step if ending and not found else "",
    )


def _broken(evidence: Evidence) -> Iterator[str]:
    """What ended the program before its first step, in one line with its place."""
    crash, ending = evidence.claims.crash, ending_of(evidence)
    if crash is not None and ending is not None and ending.where is not None:
        first = (crash.message.strip().splitlines() or [""])[0][:200]
        said = f"{crash.type}: {first}" if crash.type == "NameError" or not first else first
        yield f"{ending.where.words}: {said}" if ending.where.words else said
    elif ending is not None:
        yield ending.found
    elif not (_trace(evidence).steps or _trace(evidence).backwards):
        yield NO_LEARNING


def _trace(evidence: Evidence) -> Trace:
    return evidence.claims.trace or Trace()


def _layers_of(evidence: Evidence) -> str:
    layers = () if evidence.gap is None else evidence.gap.layers
    shown = ", ".join(describe(layer) for layer in layers[:MOST_LAYERS])
    left = len(layers) - MOST_LAYERS
    return f"{shown} and {left} more" if left > 0 else shown


def _seen(evidence: Evidence) -> Iterator[str]:
    """What worked: the batch, the layers, the step."""
    trace = _trace(evidence)
    yield f"one batch: {_batch(trace)}"
    layers = _layers_of(evidence)
    if layers:
        yield f"layers: {layers}"
    elif evidence.gap is not None and evidence.gap.reason != NO_STEP:
        yield f"layers: not known yet ({evidence.gap.reason})"
    losses = [one.loss for one in trace.passes if one.training and one.loss is not None]
    value = f", loss {loss(losses[-1])}" if losses else ""
    if trace.steps:
        yield f"one step with {trace.optimizer or 'an optimizer'}{value}"
    else:
        yield f"gradients, but no step of an optimizer{value}"


def _batch(trace: Trace) -> str:
    """The shapes that went in and came out, as far as they are known."""
    signs = trace.signs
    if signs is None or signs.inputs is None or not signs.inputs.shape:
        return f"{trace.batch_size} images"
    shapes = [" × ".join(map(str, signs.inputs.shape))]
    if signs.outputs is not None and signs.outputs.shape:
        shapes.append(" × ".join(map(str, signs.outputs.shape)))
    return " in, ".join(shapes) + (" out" if len(shapes) > 1 else " in")


def _other_layers(evidence: Evidence, judged_by: Standard) -> Iterator[str]:
    """What the rubric will say of the layers, long before it can."""
    layers = () if evidence.gap is None else evidence.gap.layers
    if not layers:
        return
    for criterion in judged_by.rubric.criteria:
        if criterion.check != "architecture" or criterion.visibility is not Visibility.VISIBLE:
            continue
        try:
            _, wanted = parameters_of(criterion, judged_by.checks)
        except CourseError:
            continue
        if isinstance(wanted, Architecture):
            found = problems(layers, judged_by.expectation.baseline.layers, wanted)
            yield from (f"Not the lab's network yet: {one}." for one in found)
