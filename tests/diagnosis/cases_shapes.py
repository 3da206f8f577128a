"""Runs that end because a shape does not fit; the messages are torch's own."""

from golden import Golden
from student import MLP_CODE, crashed, heard, lab3

from grader.model.signs import Signs

NO_FLATTEN = """
model = nn.Sequential(
    nn.Linear(784, 512),
    nn.ReLU(),
    nn.Linear(512, 10),
)
"""
CNN_CODE = """
model = nn.Sequential(
    nn.Conv2d(1, 25, 3, padding=1),
    nn.BatchNorm2d(30),
    nn.ReLU(),
    nn.Conv2d(25, 50, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(675, 512),
)
"""
PRODUCT = "mat1 and mat2 shapes cannot be multiplied"
CASES = (
    Golden("missing-flatten", crashed(f"addmm: {PRODUCT} (896x28 and 784x512)", text=NO_FLATTEN)),
    Golden(
        "missing-flatten",
        crashed(f"{PRODUCT} (7200x3 and 675x512)", text=CNN_CODE),
        lab3(),
        tag="convolution",
    ),
    Golden("missing-flatten/batch", crashed(f"{PRODUCT} (1x25088 and 784x512)", text=NO_FLATTEN)),
    Golden(
        "missing-flatten/late",
        crashed("Expected target size [32, 10], got [32]", signs=Signs(outputs=heard(32, 28, 10))),
    ),
    Golden(
        "wrong-input-size",
        crashed(
            f"{PRODUCT} (32x512 and 256x10)",
            text=MLP_CODE.replace("512, 10", "256, 10"),
            batch_size=32,
        ),
    ),
    Golden(
        "wrong-input-size/channels",
        crashed(
            "Given groups=1, weight of size [50, 25, 3, 3], expected input[32, 30, 14, 14] to "
            "have 25 channels, but got 30 channels instead",
            text=CNN_CODE,
        ),
        lab3(),
        labs=("lab3",),
    ),
    Golden(
        "wrong-input-size/pictures",
        crashed(
            "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: "
            "[32, 784]",
        ),
        lab3(),
        labs=("lab3",),
    ),
    Golden(
        "wrong-input-size/maps",
        crashed("running_mean should contain 25 elements not 30", text=CNN_CODE),
        lab3(),
        labs=("lab3",),
    ),
    Golden(
        "wrong-input-size/view",
        crashed("shape '[-1, 700]' is invalid for input of size 25088", batch_size=32),
    ),
    Golden(
        "wrong-input-size/reshape",
        crashed("shape '[-1, 1, 32, 32]' is invalid for input of size 25088"),
        lab3(),
        labs=("lab3",),
    ),
    Golden(
        "wrong-input-size/norm",
        crashed("expected 4D input (got 2D input)", type="ValueError"),
        lab3(),
        labs=("lab3",),
    ),
    Golden(
        "wrong-input-size/reshaped",
        crashed(
            "Expected input batch_size (96) to match target batch_size (32).", type="ValueError"
        ),
    ),
    Golden(
        "wrong-input-size/shrunk",
        crashed(
            "Given input size: (75x1x1). Calculated output size: (75x0x0). Output size is too small"
        ),
        lab3(),
        labs=("lab3",),
    ),
)
