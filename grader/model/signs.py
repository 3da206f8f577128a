"""How a program goes about training, as the probe heard it: what diagnosis needs beside metrics.

All of it is a claim: student code shares the probe's process. Every field may be missing, because
older results have none of them and a run may end before anything is heard.
"""

from typing import Annotated, Literal

from pydantic import Field

from grader.model.base import Frozen

Count = Annotated[int, Field(ge=0, le=10**12)]
Number = Annotated[float, Field(ge=-1e30, le=1e30)]
"""What is larger than any figure worth reading is written as the largest."""
Name = Annotated[str, Field(max_length=300)]
Shape = Annotated[tuple[int, ...], Field(max_length=12)]


class Values(Frozen):
    """A tensor as it was at one moment; ``low`` and ``high`` are ``None`` where it has no finite
    value. ``finite`` is false where some value is NaN or infinite. ``shape`` has the batch first.
    """

    shape: Shape = ()
    dtype: Name = ""
    low: Number | None = None
    high: Number | None = None
    finite: bool = True


class Gradient(Frozen):
    """Euclidean norms of one parameter's gradient and of the parameter itself, at one step.

    ``None`` where it had no gradient, or one that is not finite.
    """

    name: Name
    gradient: Number | None
    weight: Number | None


class Loader(Frozen):
    """A loader that fed at least one pass; ``shuffles`` is ``None`` where its sampler is unknown.

    ``samples`` is the size of its data set, ``None`` where it has no length.
    """

    training: bool
    batch_size: Count | None = None
    shuffles: bool | None = None
    samples: Count | None = None


class Signs(Frozen):
    """How the program goes about training.

    ``order`` are the first events of training, one letter each: ``F`` a forward call with gradients
    enabled, ``f`` one without, ``L`` a loss function, ``Z`` gradients set to zero (or to nothing),
    ``B`` backward, ``S`` an optimizer's step.
    ``carried`` counts backward calls that added to gradients which a step had already used;
    ``empty_steps`` steps at which no parameter of the optimizer had a gradient; ``lost_gradients``
    backward calls whose gradients were set to zero before any step.
    ``owned`` says how many of the parameters of the models that were called in training the
    optimizers hold; ``frozen`` names parameters of the trained model that need no gradient, and
    ``equal`` weights (of two dimensions or more) whose values were all the same before training.
    ``momentum``, ``weight_decay`` and ``last_rate`` are those of the last optimizer.
    ``probabilities`` says what the values are that the loss was given: rows that sum to one (or
    columns, which a softmax over the wrong axis makes), logarithms of such rows, or numbers between
    0 and 1 that do not sum to one.
    ``from_model`` is false where the loss was given something that needs no gradient.
    ``table`` is true where the first loss compares each output with each target: some value on its
    way has N x N entries for N images.
    ``first_gradients`` are those of the first step that had some, ``last_gradients`` of the last
    epoch. ``losses`` are of the first batches, ``None`` where not finite.
    ``same_order`` is true where each training pass that was compared began with the same images.
    ``rebuilt`` counts models of one type that were trained one after the other, the first apart.
    ``fault`` is the first error of our own in hearing all this; the rest of a trace is none the
    worse for it.
    """

    order: Annotated[str, Field(max_length=200, pattern="^[FfLZBS]*$")] = ""
    carried: Count = 0
    empty_steps: Count = 0
    lost_gradients: Count = 0
    owned: Literal["all", "some", "none"] | None = None
    frozen: Annotated[tuple[Name, ...], Field(max_length=200)] = ()
    equal: Annotated[tuple[Name, ...], Field(max_length=200)] = ()
    momentum: Number | None = None
    weight_decay: Number | None = None
    last_rate: Number | None = None
    optimizers: Count = 0
    inputs: Values | None = None
    evaluation_inputs: Values | None = None
    outputs: Values | None = None
    targets: Values | None = None
    probabilities: Literal["softmax", "log_softmax", "sigmoid"] | None = None
    from_model: bool | None = None
    table: bool = False
    first_gradients: Annotated[tuple[Gradient, ...], Field(max_length=200)] = ()
    last_gradients: Annotated[tuple[Gradient, ...], Field(max_length=200)] = ()
    losses: Annotated[tuple[Number | None, ...], Field(max_length=64)] = ()
    same_order: bool | None = None
    loaders: Annotated[tuple[Loader, ...], Field(max_length=40)] = ()
    rebuilt: Count = 0
    fault: Annotated[str | None, Field(max_length=400)] = None

    def may_be(self, kind: str) -> bool:
        """Whether the loss may have been given what a ``softmax``, ``log_softmax`` or ``sigmoid``
        makes; true where nothing was heard of it.
        """
        if self.probabilities is not None:
            return self.probabilities == kind
        heard = self.outputs
        if heard is None or heard.low is None or heard.high is None:
            return True
        return heard.high <= 0 if kind == "log_softmax" else 0 <= heard.low and heard.high <= 1
