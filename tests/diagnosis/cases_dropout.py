"""Runs that show what is wrong with dropout."""

from golden import Golden
from student import lab3, linear, plain, ran

FUNCTION = """
class Net(nn.Module):
    def forward(self, x):
        x = F.relu(self.first(x))
        x = F.dropout(x, 0.3)
        return self.last(x)
"""
MADE = FUNCTION.replace("F.dropout(x, 0.3)", "nn.Dropout(0.3)(x)")
WEAK = {"train_accuracy": 0.712, "valid_accuracy": 0.7}
LAYERS = """
model = nn.Sequential(
    nn.Linear(784, 512),
    nn.Dropout(0.9),
    nn.ReLU(),
    nn.Linear(512, 10),
)
"""
ENDS = """
model = nn.Sequential(
    nn.Linear(784, 512),
    nn.ReLU(),
    nn.Linear(512, 10),
    nn.Dropout(0.5),
)
"""
STRONG = (linear(784, 512), plain("dropout", p=0.9), plain("relu"), linear(512, 10))
LAST = (linear(784, 512), plain("relu"), linear(512, 10), plain("dropout", p=0.5))
CONVOLUTIONS = (plain("conv2d"), plain("relu"), plain("flatten"), linear(675, 24))
TEACHING = ("lab3",)
OTHERS = ("lab1", "lab2")

CASES = (
    Golden("dropout-too-strong", ran(LAYERS, layers=STRONG, **WEAK, classes=24), lab3(), TEACHING),
    Golden("dropout-too-strong/untaught", ran(LAYERS, layers=STRONG, **WEAK), labs=OTHERS),
    Golden("dropout-on-output", ran(ENDS, layers=LAST, **WEAK, classes=24), lab3(), TEACHING),
    Golden("dropout-on-output/untaught", ran(ENDS, layers=LAST, **WEAK), labs=OTHERS),
    Golden("dropout-always-on", ran(FUNCTION, always_dropout=True, valid_accuracy=0.84)),
    Golden("dropout-always-on/made", ran(MADE, always_dropout=True, valid_accuracy=0.84)),
    Golden("dropout-always-on/unread", ran("", always_dropout=True, valid_accuracy=0.84)),
    Golden(
        "no-regularisation",
        ran("", layers=CONVOLUTIONS, classes=24, train_accuracy=1.0, valid_accuracy=0.871),
        lab3(),
        TEACHING,
    ),
)
