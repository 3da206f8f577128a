"""Runs that show what is wrong with the images a network gets."""

from builders import preprocessing, unmeasured
from golden import Golden
from student import LOADERS, LOOPS, crashed, heard, ran, source

from grader.model.evidence import Evidence, GapKind
from grader.model.signs import Signs

RAW = preprocessing().model_copy(update={"scale": (1.0,)})
TWO_WAYS = Signs(
    inputs=heard(32, 784, low=0.0, high=1.0), evaluation_inputs=heard(32, 784, low=0, high=255)
)
OTHER_NORM = Signs(
    inputs=heard(32, 784, low=0.0, high=1.0), evaluation_inputs=heard(32, 784, low=-1.0, high=1.0)
)
RAW_TRAINING = Signs(
    inputs=heard(32, 784, low=0.0, high=255.0), evaluation_inputs=heard(32, 784, low=0, high=1)
)
ONLY_VALID = """
class Signs(Dataset):
    def __init__(self, file):
        self.pixels = pd.read_csv(file).to_numpy()
        if "valid" in file:
            self.pixels = self.pixels / 255
"""
TURNED = (
    """
augment = transforms.Compose([
    transforms.RandomRotation(15),
    transforms.ToTensor(),
])
"""
    + LOADERS.replace("transforms.ToTensor()", "augment")
    + LOOPS
)
TURNED_IN_THE_LOOP = (
    "augment = v2.Compose([v2.RandomRotation(15), v2.RandomHorizontalFlip()])\n"
    + LOADERS
    + LOOPS.replace("model(images).argmax", "model(augment(images)).argmax")
)


def unfitted(text: str) -> Evidence:
    """A run whose inputs are no pictures that are known."""
    return unmeasured(GapKind.NOT_FITTED, "its inputs are not understood", source=source(text))


CASES = (
    Golden("inputs-not-scaled", ran(preprocessing=RAW, train_accuracy=0.95, valid_accuracy=0.91)),
    Golden(
        "splits-scaled-differently",
        ran(signs=OTHER_NORM, prepared_alike=False, train_accuracy=0.4, valid_accuracy=0.35),
    ),
    Golden(
        "splits-scaled-differently/divide",
        ran(signs=TWO_WAYS, prepared_alike=False, train_accuracy=0.4, valid_accuracy=0.35),
    ),
    Golden(
        "splits-scaled-differently/divide",
        ran(ONLY_VALID, RAW_TRAINING, prepared_alike=False, train_accuracy=0.9, valid_accuracy=0.4),
        tag="in-a-branch",
    ),
    Golden(
        "inputs-not-scaled",
        ran(
            LOADERS + LOOPS.replace("model(images)", "model(images.float())"),
            preprocessing=RAW,
            train_accuracy=0.95,
            valid_accuracy=0.91,
        ),
        tag="in-the-loops",
    ),
    Golden(
        "splits-scaled-differently/transform",
        ran(
            LOADERS.replace(
                "train=False, transform=transforms.ToTensor()",
                "train=False, transform=transforms.PILToTensor()",
            ),
            signs=TWO_WAYS,
            prepared_alike=False,
            train_accuracy=0.4,
            valid_accuracy=0.35,
        ),
    ),
    Golden(
        "splits-scaled-differently/unheard",
        ran(prepared_alike=False, train_accuracy=0.4, valid_accuracy=0.35),
    ),
    Golden("augmentation-on-validation", ran(TURNED), labs=("lab3",)),
    Golden("augmentation-on-validation/unmeasured", unfitted(TURNED), labs=("lab3",)),
    Golden("augmentation-on-validation/loop", ran(TURNED_IN_THE_LOOP), labs=("lab3",)),
    Golden(
        "inputs-not-tensors",
        crashed(
            "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
            "found <class 'PIL.Image.Image'>",
            type="TypeError",
        ),
    ),
    Golden(
        "inputs-not-tensors/array",
        crashed(
            "linear(): argument 'input' (position 1) must be Tensor, not numpy.ndarray",
            type="TypeError",
        ),
    ),
)
