"""Runs that show what is wrong with the labels."""

from golden import Golden
from student import LOADERS, LOOPS, crashed, heard, lab3, linear, plain, ran

from grader.model.evidence import LabelsFed
from grader.model.signs import Signs

NOTHING = {"train_accuracy": 0.001, "valid_accuracy": 0.012}
SOME = {"train_accuracy": 0.25, "valid_accuracy": 0.24}
RENAMED = LabelsFed(rows=96, right=0, one_to_one=True)
ROWS = "0D or 1D target tensor expected, multi-target not supported"
TOO_LONG = "mat1 and mat2 shapes cannot be multiplied (32x785 and 784x512)"
ONE_HOT = """
def prepare(labels):
    return F.one_hot(labels, 9)
"""
SQUARES = "loss_function = nn.MSELoss()\n" + LOOPS

CASES = (
    Golden("labels-shifted", ran(labels=LabelsFed(rows=96, right=0, shift=1), **NOTHING)),
    Golden(
        "labels-shifted",
        ran(
            LOADERS + "train_set.targets += 1\nvalid_set.targets += 1\n",
            labels=LabelsFed(rows=192, right=0, shift=1),
            **NOTHING,
        ),
        tag="at-two-lines",
    ),
    Golden("labels-shifted/some", ran(labels=LabelsFed(rows=96, right=20, shift=-1), **SOME)),
    Golden("labels-shifted/renamed", ran(labels=RENAMED, **NOTHING)),
    Golden("labels-shifted/outside", crashed("Target 10 is out of bounds.", type="IndexError")),
    Golden(
        "labels-shifted/outside",
        crashed("Target -1 is out of bounds.", type="IndexError"),
        lab3(),
        tag="below",
    ),
    Golden("label-among-pixels", crashed(TOO_LONG, batch_size=32), labs=("lab2", "lab3")),
    Golden(
        "label-among-pixels/learned",
        ran(
            "",
            Signs(inputs=heard(32, 785, high=24.0)),
            layers=(linear(785, 512), plain("relu"), linear(512, 10)),
        ),
        labs=("lab2", "lab3"),
    ),
    Golden("labels-misaligned", ran(labels=LabelsFed(rows=96, right=11), **NOTHING)),
    Golden(
        "labels-misaligned",
        ran(
            LOADERS + "train_set.targets = train_set.targets[torch.randperm(len(train_set))]\n",
            labels=LabelsFed(rows=192, right=11),
            **NOTHING,
        ),
        tag="by-a-permutation",
    ),
    Golden(
        "labels-one-hot",
        crashed(
            "Expected floating point type for target with class probabilities, got Long",
            signs=Signs(targets=heard(32, 10, dtype="int64")),
        ),
    ),
    Golden("labels-one-hot", crashed(ROWS), tag="unheard"),
    Golden(
        "labels-one-hot/column", crashed(ROWS, signs=Signs(targets=heard(32, 1, dtype="int64")))
    ),
    Golden(
        "labels-one-hot/floats",
        crashed("expected target dtype to be Long or Byte, but got Float"),
    ),
    Golden(
        "labels-one-hot/few",
        crashed("Class values must be smaller than num_classes.", text=ONE_HOT),
    ),
    Golden(
        "labels-one-hot/numbers",
        crashed(
            "The size of tensor a (10) must match the size of tensor b (32) at non-singleton "
            "dimension 1",
            text=SQUARES,
        ),
    ),
)
