"""Runs that show what is wrong with the layers of a network."""

from builders import layer, network
from golden import Golden
from student import MLP_CODE, crashed, heard, lab3, linear, plain, ran

from grader.model.signs import Signs

STRAIGHT = """
model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 512),
    nn.Linear(512, 512),
    nn.Linear(512, 10),
)
"""
SCORES = (plain("flatten"), linear(784, 512), plain("relu"), linear(512, 10))
CONVOLUTIONS = (
    plain("conv2d", inputs=1, outputs=25),
    plain("batch_norm"),
    plain("max_pool2d"),
    layer("conv2d", inputs=25, outputs=50),
    plain("relu"),
    plain("flatten"),
    linear(2450, 24),
)
KAGGLE = 'data = pd.read_csv("sign_mnist_test.csv")\n' + MLP_CODE.replace("512, 10", "512, 24")
LOW = {"train_accuracy": 0.925, "valid_accuracy": 0.917}
POOR = {"train_accuracy": 0.412, "valid_accuracy": 0.401}


def kaggle() -> Golden:
    """Kaggle's labels go to 24, and there are 24 outputs."""
    run = crashed("Target 24 is out of bounds.", text=KAGGLE, type="IndexError")
    look = run.source.model_copy(update={"reads_kaggle": True})
    run = run.model_copy(update={"source": look})
    return Golden("wrong-outputs/kaggle", run, lab3(), labs=("lab2", "lab3"))


CASES = (
    Golden(
        "missing-activation",
        ran(STRAIGHT, layers=(linear(784, 512), linear(512, 512), linear(512, 10)), **LOW),
    ),
    Golden(
        "missing-activation/convolution",
        ran("", layers=CONVOLUTIONS, classes=24, train_accuracy=0.9, valid_accuracy=0.85),
        lab3(),
        labs=("lab3",),
    ),
    Golden(
        "activation-on-output",
        ran(layers=(*SCORES, layer("relu")), **POOR),
    ),
    Golden(
        "activation-on-output/squeezed",
        ran(layers=(*SCORES, layer("tanh")), **POOR),
    ),
    Golden(
        "activation-on-output/damped",
        ran(layers=(*SCORES, layer("leaky_relu")), **POOR),
    ),
    Golden(
        "wrong-outputs",
        crashed(
            "Target 9 is out of bounds.",
            text=MLP_CODE.replace("512, 10", "512, 9"),
            type="IndexError",
        ),
    ),
    Golden(
        "wrong-outputs",
        crashed(
            "Target 7 is out of bounds.",
            text="outputs = len(names)\nlast = nn.Linear(512, outputs)",
            signs=Signs(outputs=heard(32, 5)),
            type="IndexError",
        ),
        tag="heard",
    ),
    Golden(
        "wrong-outputs/gpu",
        crashed(
            "CUDA error: device-side assert triggered",
            text=MLP_CODE.replace("512, 10", "512, 9"),
            device="cuda",
        ),
    ),
    kaggle(),
    Golden(
        "wrong-outputs/fewer",
        ran(
            MLP_CODE.replace("512, 10", "512, 9"),
            layers=network("flatten", "linear", "relu", "linear", classes=9),
            classes=9,
            train_accuracy=0.89,
            valid_accuracy=0.88,
        ),
    ),
    Golden(
        "wrong-outputs/many",
        ran(layers=network("flatten", "linear", "relu", "linear", classes=512), classes=512),
    ),
)
