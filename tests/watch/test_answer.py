"""What a student is told within seconds of a save."""

from dataclasses import replace
from pathlib import Path

import pytest
from builders import claims, evidence, layer, network, run_figures, trace, training_pass

from grader.course import find_course
from grader.diagnosis.table import MISTAKES
from grader.model.claims import Crash
from grader.model.evidence import Evidence, Gap, GapKind, Layer
from grader.model.rubric import Visibility
from grader.model.run import Outcome
from grader.model.signs import Signs, Values
from grader.model.source import MissingModule, Place, SourceLook
from grader.pipeline.first_step import NO_STEP, STOPPED
from grader.pipeline.setup import Standard, standard
from grader.watch.answer import AT_ONCE, NO_LEARNING, Answer, read, tried

MLP = (
    layer("flatten"),
    layer("linear", inputs=784, outputs=512),
    layer("relu"),
    layer("linear", inputs=512, outputs=512),
    layer("relu"),
    layer("linear", inputs=512, outputs=10),
)
PROBABILITIES = Signs(probabilities="softmax")
SOUND = Answer(sound=True)
PLACE = Place(file="lab.ipynb", cell=7, line=3)


@pytest.fixture(scope="module")
def lab1() -> Standard:
    return standard(find_course(Path(__file__).parent.parent.parent), "lab1", "practice")


def first_step(layers: tuple[Layer, ...] = MLP, **changes: object) -> Evidence:
    """A run that ended after its first step."""
    gap = Gap(kind=GapKind.NOTHING_TRAINED, reason=STOPPED, layers=layers)
    heard = trace(0, steps=1, backwards=1, loss="cross_entropy")
    passes = (training_pass(None, samples=32, loss=2.31),)
    document = {
        "measurements": None,
        "gap": gap,
        "claims": claims(trace=heard.model_copy(update={"passes": passes})),
    }
    return evidence(**(document | changes))


def crashed(message: str, kind: str = "RuntimeError") -> Evidence:
    crash = Crash(type=kind, message=message, file="lab.ipynb", cell=7, line=3)
    return first_step(
        layers=(),
        gap=Gap(kind=GapKind.NOTHING_TRAINED, reason=NO_STEP),
        claims=claims(trace=trace(0), crash=crash),
        run=run_figures(Outcome.ERROR, exit_code=1),
    )


def test_code_that_is_no_python_is_not_even_tried() -> None:
    broken = Place(file="lab.ipynb", cell=7, line=3, text="invalid syntax")
    answer = read(SourceLook(parse_error=broken, lines=9))
    assert not answer.sound
    assert answer.problems == ("cell 7, line 3: invalid syntax",)
    assert answer.next_step


def test_placeholders_come_before_a_try() -> None:
    answer = read(SourceLook(placeholders=(PLACE, PLACE), lines=9))
    assert not answer.sound
    assert answer.problems == ("Placeholders left: 2, first in cell 7, line 3.",)


def test_a_file_without_code_cannot_run() -> None:
    answer = read(SourceLook(hopeless="it holds no code"))
    assert (answer.sound, answer.problems) == (False, ("It cannot run: it holds no code.",))


def test_a_missing_module_is_told_and_the_program_tried() -> None:
    answer = read(SourceLook(missing_modules=(MissingModule(name="helper", place=PLACE),), lines=9))
    assert answer.sound
    assert "helper" in answer.problems[0]


def test_a_crash_is_one_line_with_its_place(lab1: Standard) -> None:
    message = "mat1 and mat2 shapes cannot be multiplied (32x784 and 512x512)"
    answer = tried(SOUND, crashed(f"{message}\nmore"), lab1)
    assert not answer.sound
    assert answer.problems == (f"cell 7, line 3: {message}",)
    assert answer.mistakes or answer.next_step


def test_a_name_that_is_not_defined_says_what_kind_of_error_it_is(lab1: Standard) -> None:
    answer = tried(SOUND, crashed("name 'lodaer' is not defined", "NameError"), lab1)
    assert answer.problems == ("cell 7, line 3: NameError: name 'lodaer' is not defined",)


def test_what_works_is_told_with_shapes_layers_and_loss(lab1: Standard) -> None:
    signs = Signs(inputs=Values(shape=(32, 1, 28, 28)), outputs=Values(shape=(32, 10)))
    found = first_step()
    heard = found.claims.trace
    assert heard is not None
    told = found.claims.model_copy(update={"trace": heard.model_copy(update={"signs": signs})})
    answer = tried(SOUND, found.model_copy(update={"claims": told}), lab1)
    assert answer.sound
    assert answer.problems == ()
    batch, layers, step = answer.seen
    assert batch == "one batch: 32 × 1 × 28 × 28 in, 32 × 10 out"
    assert layers.startswith("layers: flatten, linear 784 → 512, relu")
    assert step == "one step with Adam, loss 2.31"


def test_layers_that_the_rubric_will_not_accept_are_told_before_any_training(
    lab1: Standard,
) -> None:
    answer = tried(SOUND, first_step(network("flatten", "linear", "linear")), lab1)
    assert answer.sound
    assert any("expected linear → activation" in one for one in answer.problems)


def test_what_a_hidden_criterion_says_of_the_layers_is_not_told(lab1: Standard) -> None:
    hidden = [
        one.model_copy(update={"visibility": Visibility.HIDDEN}) for one in lab1.rubric.criteria
    ]
    rubric = lab1.rubric.model_copy(update={"criteria": tuple(hidden)})
    answer = tried(
        SOUND, first_step(network("flatten", "linear", "linear")), replace(lab1, rubric=rubric)
    )
    assert not any("Not the lab's network" in one for one in answer.problems)


def test_a_factor_that_does_not_learn_is_not_told_before_any_training(lab1: Standard) -> None:
    found = first_step()
    heard = found.claims.trace
    assert heard is not None
    signs = heard.model_copy(update={"signs": Signs(frozen=("scale",))})
    told = found.claims.model_copy(update={"trace": signs})
    assert tried(SOUND, found.model_copy(update={"claims": told}), lab1).mistakes == ()


def test_a_program_that_never_learns_is_told_so(lab1: Standard) -> None:
    nothing = first_step(
        gap=Gap(kind=GapKind.NOTHING_TRAINED, reason=NO_STEP), claims=claims(trace=trace(0))
    )
    answer = tried(SOUND, nothing, lab1)
    assert not answer.sound
    assert answer.problems == (NO_LEARNING,)


def test_steps_written_by_hand_are_no_reason_to_stop(lab1: Standard) -> None:
    by_hand = first_step(claims=claims(trace=trace(0, backwards=65)))
    answer = tried(SOUND, by_hand, lab1)
    assert answer.sound
    assert answer.seen[-1].startswith("gradients, but no step")


def test_a_limit_that_was_passed_is_told(lab1: Standard) -> None:
    slow = first_step(
        layers=(),
        claims=claims(ended=False, trace=trace(0)),
        run=run_figures(Outcome.TIMEOUT, exit_code=None, detail="The run was stopped."),
    )
    answer = tried(SOUND, slow, lab1)
    assert not answer.sound
    assert "its time was up" in answer.problems[0]


def test_a_failure_of_ours_leaves_the_rest_to_the_whole_check(lab1: Standard) -> None:
    ours = first_step(run=run_figures(Outcome.FAULT, detail="The sandbox did not start."))
    answer = tried(SOUND, ours, lab1)
    assert answer.sound
    assert "The grader failed" in answer.problems[0]


def test_a_mistake_of_whole_epochs_is_not_told_of_one_step(lab1: Standard) -> None:
    told = {one.id for one in tried(SOUND, first_step(), lab1).mistakes}
    assert told == set()


def test_a_softmax_before_the_loss_is_told_before_any_training(lab1: Standard) -> None:
    heard = trace(0, steps=1, backwards=1, loss="cross_entropy", signs=PROBABILITIES)
    found = first_step((*MLP, layer("softmax")), claims=claims(trace=heard))
    answer = tried(SOUND, found, lab1)
    assert [one.id for one in answer.mistakes] == ["softmax-before-loss"]


def test_what_can_be_told_at_once_are_mistakes_we_know() -> None:
    assert {one.id for one in MISTAKES} >= AT_ONCE
