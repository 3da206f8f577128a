"""The mistakes that are planted, each with the labs it can be made in."""

from dataclasses import dataclass, field

LABS = ("lab1", "lab2", "lab3")


@dataclass(frozen=True)
class Planted:
    """A mistake: what is planted, in which labs; ``left_out`` says why not in the others."""

    id: str
    what: str
    labs: tuple[str, ...] = LABS
    left_out: dict[str, str] = field(default_factory=dict)


NO_MODES = dict.fromkeys(("lab1", "lab2"), "its network computes the same in both modes")

MISTAKES = (
    Planted("missing-activation", "no activation between two Linear or Conv layers"),
    Planted("wrong-outputs", "fewer outputs than there are classes"),
    Planted("wrong-input-size", "a Linear layer that expects another number of inputs"),
    Planted("missing-flatten", "pictures reach a Linear layer unflattened"),
    Planted("activation-on-output", "an activation after the last Linear layer"),
    Planted("dropout-too-strong", "dropout that silences nine of ten values"),
    Planted("dropout-on-output", "dropout after the last Linear layer"),
    Planted("dropout-always-on", "F.dropout that is told nothing of the mode"),
    Planted(
        "no-regularisation",
        "neither dropout nor batch normalisation",
        ("lab3",),
        dict.fromkeys(("lab1", "lab2"), "its worked solution has none either"),
    ),
    Planted(
        "inputs-not-tensors",
        "pictures that were never made tensors",
        ("lab1",),
        dict.fromkeys(("lab2", "lab3"), "a loader makes tensors of rows of numbers by itself"),
    ),
    Planted(
        "label-among-pixels",
        "the column of labels is left among the pixels",
        ("lab2", "lab3"),
        {"lab1": "its labels lie in files of their own"},
    ),
    Planted("softmax-before-loss", "Softmax before CrossEntropyLoss"),
    Planted("log-softmax-before-loss", "LogSoftmax before CrossEntropyLoss"),
    Planted("sigmoid-before-loss", "Sigmoid before CrossEntropyLoss"),
    Planted("loss-on-wrong-tensors", "a loss of something else than outputs and labels"),
    Planted("broadcast-loss", "a hand-written loss that compares each output with each label"),
    Planted("labels-shifted", "labels that are off by one"),
    Planted("labels-misaligned", "labels shuffled apart from their pictures"),
    Planted("labels-one-hot", "labels that are no class numbers"),
    Planted("inputs-not-scaled", "pixels from 0 to 255"),
    Planted("splits-scaled-differently", "one split scaled, the other not"),
    Planted("augmentation-on-validation", "validation pictures changed at random, too"),
    Planted("no-zero-grad", "gradients are never set to zero"),
    Planted("no-backward", "backward is never called"),
    Planted("no-step", "the optimizer never steps"),
    Planted("step-before-backward", "the step comes before backward"),
    Planted("zero-grad-after-backward", "gradients are thrown away before the step"),
    Planted("training-without-gradients", "training under no_grad"),
    Planted("optimizer-of-another-model", "an optimizer with the weights of another model"),
    Planted("rate-too-high", "a learning rate far too high"),
    Planted("rate-too-low", "a learning rate far too low"),
    Planted("plain-sgd", "SGD without momentum at a low rate, and no more epochs"),
    Planted("frozen-layers", "layers that need no gradient"),
    Planted("model-rebuilt", "a new model in each epoch"),
    Planted("optimizer-rebuilt", "a new optimizer for each batch or epoch"),
    Planted("eval-mode-in-training", "training in evaluation mode", ("lab3",), NO_MODES),
    Planted("train-mode-in-validation", "validation in training mode", ("lab3",), NO_MODES),
    Planted("argmax-wrong-axis", "the best class looked for over the batch"),
    Planted("accuracy-wrong-count", "correct ones divided by the wrong number"),
    Planted("trained-on-validation", "the training loader reads the validation set"),
    Planted("validated-on-training", "the validation loader reads the training set"),
    Planted("no-shuffling", "training pictures always in one order"),
    Planted("batch-of-one", "batches of one or two pictures"),
    Planted("batch-too-large", "the whole training set as one batch"),
    Planted("too-few-epochs", "one or two epochs"),
    Planted("loss-not-a-number", "inputs or a loss that are not a number"),
    Planted("exploding-gradients", "weights that begin far too large"),
    Planted("vanishing-gradients", "many layers with sigmoids"),
    Planted("dead-relus", "weights or biases that keep each unit below zero"),
    Planted("weights-all-equal", "all weights of a layer begin with one value"),
    Planted("weights-never-change", "a rate that becomes nothing, or weights that are put back"),
    Planted("device-mismatch", "the data is moved to the GPU, the model never; harmless on a CPU"),
    Planted("dtype-mismatch", "inputs of another number format than the weights"),
)
