"""What a network is fed: how large, how alike, and changed or not."""

import pytest
from builders import preprocessing
from student import LOADERS, LOOPS, effects, heard, linear, names, plain, ran, told

from grader.model.evidence import Evidence, Preprocessing
from grader.model.signs import Signs

LOW = {"train_accuracy": 0.5, "valid_accuracy": 0.5}


def scaled(*scale: float, shift: float = 0.0) -> Preprocessing:
    return preprocessing().model_copy(update={"scale": scale, "shift": (shift,)})


@pytest.mark.parametrize(
    "found",
    [scaled(1 / 255), scaled(2 / 255, shift=-1.0), scaled(1 / 78, shift=-0.42), scaled(1 / 16)],
)
def test_any_way_of_scaling_will_do(found: Preprocessing) -> None:
    assert names(ran(preprocessing=found, **LOW)) == []


def test_a_pixel_that_is_nearly_always_black_may_become_large() -> None:
    assert names(ran(preprocessing=scaled(*[1 / 255] * 700, *[30.0] * 84), **LOW)) == []


def test_grey_values_as_they_are_may_have_done_no_harm() -> None:
    assert effects(ran(preprocessing=scaled(1.0))) == [("inputs-not-scaled", "harmless")]
    assert effects(ran(preprocessing=scaled(1.0), **LOW)) == [("inputs-not-scaled", "lowers")]


def test_a_network_may_scale_by_itself() -> None:
    layers = (plain("batch_norm"), linear(784, 512), plain("relu"), linear(512, 10))
    assert names(ran(preprocessing=scaled(1.0), layers=layers)) == []
    text = "class Net(nn.Module):\n    def forward(self, x):\n        return self.layers(x / 255.0)"
    assert names(ran(text, preprocessing=scaled(1.0))) == []


OWN_SCALING = """
WHITE = 1 / 255


def prepared(x):
    return PREPARED


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        MADE

    def forward(self, x):
        return self.layers(prepared(x))
"""


@pytest.mark.parametrize(
    ("prepared", "made"),
    [
        ("x / 255", "pass"),
        ("x * WHITE", "pass"),
        ("(x - MEAN) / SPREAD", "pass"),
        ("x.div(128)", "pass"),
        ("x", 'self.register_buffer("scale", torch.tensor(1 / 255))'),
        ("x", "self.scale = nn.Parameter(torch.tensor(0.00392))"),
        ("x", "self.layers = nn.Sequential(T.Normalize(0, 255), nn.Linear(784, 10))"),
    ],
)
def test_a_network_may_scale_in_any_of_its_functions(prepared: str, made: str) -> None:
    text = OWN_SCALING.replace("PREPARED", prepared).replace("MADE", made)
    assert names(ran(text, preprocessing=scaled(1.0), **LOW)) == []


def test_a_transform_in_a_sequence_scales() -> None:
    text = "scale = T.Normalize([0.0], [255.0])\nmodel = nn.Sequential(scale, nn.Linear(784, 10))"
    assert names(ran(text, preprocessing=scaled(1.0), **LOW)) == []


def test_a_network_that_only_has_layers_does_not_scale() -> None:
    text = OWN_SCALING.replace("PREPARED", "x").replace("MADE", "self.a = nn.Linear(784, 256)")
    assert names(ran(text, preprocessing=scaled(1.0), **LOW)) == ["inputs-not-scaled"]


def between(low: float, high: float, other_low: float, other_high: float) -> Evidence:
    signs = Signs(
        inputs=heard(32, 784, low=low, high=high),
        evaluation_inputs=heard(32, 784, low=other_low, high=other_high),
    )
    return ran("", signs, **LOW)


def test_two_ways_of_normalising_are_no_mistake() -> None:
    assert names(between(-0.42, 2.82, -0.4, 2.9)) == []
    assert names(between(0, 1, -1, 1)) == []


def test_a_split_that_was_forgotten_is_one_and_not_that_nothing_is_scaled() -> None:
    assert names(between(0, 1, 0, 255)) == ["splits-scaled-differently"]
    raw_validation = ran("", preprocessing=scaled(1.0), prepared_alike=False, **LOW)
    assert names(raw_validation) == ["splits-scaled-differently"]


@pytest.mark.parametrize(
    ("ranges", "fix"),
    [
        ((0, 255, 0, 1), "Divide the training pictures by 255 as well."),
        ((0, 1, 0, 255), "Divide the validation pictures by 255 as well."),
        (
            (0, 255, -1, 1),
            "Prepare the training pictures in the same way as the validation pictures.",
        ),
        (
            (0, 1 / 255, 0, 1),
            "Prepare the training pictures in the same way as the validation pictures.",
        ),
        (
            (0, 1, 0, 1 / 255),
            "Prepare the validation pictures in the same way as the training pictures.",
        ),
    ],
)
def test_the_set_that_is_to_change_is_named(
    ranges: tuple[float, float, float, float], fix: str
) -> None:
    assert told(between(*ranges))[0].fix == fix


SETS = """
plain = transforms.ToTensor()
augment = transforms.Compose([transforms.RandomRotation(10), plain])
train_set = datasets.MNIST("data", train=True, transform=augment)
valid_set = datasets.MNIST("data", train=False, transform=plain)
"""
OWN = """
class Signs(Dataset):
    def __init__(self, df, transform=None):
        self.transform = transform

train_set = Signs(train_df, augment)
valid_set = Signs(valid_df, {})
augment = v2.Compose([v2.RandomHorizontalFlip()])
"""
ALWAYS = """
class Signs(Dataset):
    def __init__(self, df):
        self.turn = v2.RandomRotation(10)

    def __getitem__(self, i):
        return self.turn(self.images[i]), self.labels[i]

train_set = Signs(train_df)
valid_set = Signs(valid_df)
"""
SOMETIMES = ALWAYS.replace("return", "if self.training:\n            return")
BOTH = """
class Signs(Dataset):
    def __init__(self, df, train):
        self.turn, self.train = v2.RandomRotation(10), train

    def __getitem__(self, i):
        return {}

augment = v2.RandomRotation(10)
ways = {{'train': augment, "valid": plain}}
train_set, valid_set = Signs(train_df, 1), Signs(valid_df, 0)
"""
AND_VALIDATE = """
def train_and_validate():
    for images, labels in train_loader:
        loss = loss_function(model(augment(images)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        for images, labels in valid_loader:
            correct += (model(images).argmax(1) == labels).sum()
"""
MATCH = """
class Signs(Dataset):
    def __getitem__(self, i):
        match self.split:
            case "train":
                return augment(self.x[i])
            case _:
                return self.x[i]

valid_set = Signs(x_valid)
"""
MEANS = (
    "sum(model(augment(images)) for _ in range(8))",
    "torch.stack([model(augment(images)) for _ in range(8)]).mean(0)",
    "model(images) + model(augment(images))",
    "torch.stack((model(augment(images)), model(augment(images)))).mean(0)",
)
IN_THE_LOOP = "augment = v2.RandomRotation(10)\n" + LOADERS


@pytest.mark.parametrize(
    "text",
    [
        SETS,
        OWN.format("None"),
        SOMETIMES,
        ALWAYS.replace("valid_set = Signs", "valid_set = Plain"),
        IN_THE_LOOP + LOOPS.replace("model(images), labels", "model(augment(images)), labels"),
        IN_THE_LOOP + AND_VALIDATE,
        BOTH.format("self.train and augment(self.x[i]) or self.x[i]"),
        BOTH.format("ways[self.split](self.x[i])"),
        BOTH.format("{True: augment, False: plain}[self.train](self.x[i])"),
        "augment = v2.RandomRotation(10)\nways = {'train': augment, 'valid': plain}\n"
        "valid_set = datasets.MNIST('data', train=False, transform=ways['valid'])",
        "augment = v2.RandomRotation(10)\nways = {True: augment, False: plain}\n"
        "valid_set = datasets.MNIST('data', train=False, transform=ways[train])",
        IN_THE_LOOP + MATCH,
        *(IN_THE_LOOP + LOOPS.replace("model(images).argmax", f"({one}).argmax") for one in MEANS),
        "transform = augment if training else plain\n" + SETS,
        "sampler = RandomSampler(valid_set)\nvalid_loader = DataLoader(valid_set, sampler=sampler)",
    ],
)
def test_augmentation_in_training_is_no_mistake(text: str) -> None:
    assert names(ran(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        SETS.replace("transform=plain", "transform=augment"),
        SETS.replace("transform=plain", "transform=v2.Compose([v2.RandomCrop(26)])"),
        OWN.format("augment"),
        ALWAYS,
        OWN.format("transform=augment"),
        "augment = v2.RandomRotation(10)\nways = {'train': plain, 'valid': augment}\n"
        "valid_set = datasets.MNIST('data', train=False, transform=ways['valid'])",
        IN_THE_LOOP
        + "def evaluate():\n    for n in range(9):\n        out = model(augment(x_valid[n]))\n",
        IN_THE_LOOP + LOOPS.replace("model(images).argmax", "model(augment(images)).argmax"),
    ],
)
def test_in_validation_it_misleads_however_it_came_there(text: str) -> None:
    assert effects(ran(text)) == [("augmentation-on-validation", "misleads")]
