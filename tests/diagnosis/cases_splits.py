"""Runs that show images of one split where those of the other belong, or in one order always."""

from golden import Golden
from student import LOADERS, LOOPS, ran

from grader.model.signs import Loader, Signs

WRAPS_VALIDATION = LOADERS.replace("DataLoader(train_set", "DataLoader(valid_set") + LOOPS
WRAPS_TRAINING = LOADERS.replace("DataLoader(valid_set", "DataLoader(train_set") + LOOPS
LOOP_OF_VALIDATION = LOADERS + LOOPS.replace("in train_loader", "in valid_loader")
LOOP_OF_TRAINING = LOADERS + LOOPS.replace("in valid_loader", "in train_loader")
SWAPPED = LOADERS + LOOPS.replace("def train", "def t").replace("def validate", "def train")
SWAPPED = SWAPPED.replace("def t(", "def validate(")
ON_VALIDATION = {"trained_on": "valid", "train_accuracy": 0.886, "valid_accuracy": 0.97}
ON_TRAINING = {"validated_on": "train", "train_accuracy": 0.993, "valid_accuracy": 0.98}
MADE_OF_VALIDATION = LOADERS.replace("train=True", "train=False") + LOOPS
MADE_OF_TRAINING = LOADERS.replace("train=False", "train=True") + LOOPS
FROM_FILES = (
    """
train_set = Signs("data/sign_mnist_train.csv")
valid_set = Signs("data/sign_mnist_train.csv")
"""
    + LOADERS[LOADERS.index("train_loader") :]
    + LOOPS
)
FROM_ARRAYS = (
    """
x_train, y_train = read("train")
x_valid, y_valid = read("valid")
train_set = TensorDataset(torch.from_numpy(x_train), torch.from_numpy(y_train))
valid_set = TensorDataset(torch.from_numpy(x_train), torch.from_numpy(y_train))
"""
    + LOADERS[LOADERS.index("train_loader") :]
    + LOOPS
)
ORDERED = LOADERS.replace(", shuffle=True", "") + LOOPS
IN_ORDER = Signs(same_order=True, loaders=(Loader(training=True, shuffles=False, batch_size=32),))

CASES = (
    Golden("trained-on-validation", ran(WRAPS_VALIDATION, **ON_VALIDATION)),
    Golden("trained-on-validation/made", ran(MADE_OF_VALIDATION, **ON_VALIDATION)),
    Golden("trained-on-validation/loop", ran(LOOP_OF_VALIDATION, **ON_VALIDATION)),
    Golden("trained-on-validation/swapped", ran(SWAPPED, **ON_VALIDATION)),
    Golden(
        "trained-on-validation/mixed",
        ran(LOADERS + LOOPS, **ON_VALIDATION | {"trained_on": "mixed", "train_accuracy": 0.99}),
    ),
    Golden("validated-on-training", ran(WRAPS_TRAINING, **ON_TRAINING)),
    Golden("validated-on-training/made", ran(MADE_OF_TRAINING, **ON_TRAINING)),
    Golden("validated-on-training/made", ran(FROM_FILES, **ON_TRAINING), tag="of-a-file"),
    Golden("validated-on-training/made", ran(FROM_ARRAYS, **ON_TRAINING), tag="of-arrays"),
    Golden("validated-on-training/loop", ran(LOOP_OF_TRAINING, **ON_TRAINING)),
    Golden("no-shuffling", ran(ORDERED, IN_ORDER, train_accuracy=0.7, valid_accuracy=0.65)),
)
