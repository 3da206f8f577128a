"""Runs in which tensors do not meet; the messages are torch's own."""

from golden import Golden
from student import LOADERS, LOOPS, crashed, ran

LOSS = "        loss = loss_function"
DROPPED = LOADERS + LOOPS.replace(LOSS, f"        images.to(device)\n{LOSS}")
MOVED = LOADERS + LOOPS.replace(LOSS, f"        images = images.to(device)\n{LOSS}")
DEVICE = 'device = torch.device("cuda" if torch.cuda.is_available() else "cpu")\n'
ON_TWO = (
    "Expected all tensors to be on the same device, but got mat1 is on {}, different from other "
    "tensors on {} (when checking argument in method wrapper_CUDA_addmm)"
)
BATCH_STAYS = ON_TWO.format("cpu", "cuda:0")
NETWORK_STAYS = ON_TWO.format("cuda:0", "cpu")

CASES = (
    Golden("device-mismatch/network", crashed(NETWORK_STAYS, text=LOADERS, device="cuda")),
    Golden("device-mismatch/network-later", ran(DEVICE + MOVED)),
    Golden("device-mismatch", crashed(BATCH_STAYS, text=LOADERS + LOOPS, device="cuda")),
    Golden("device-mismatch/dropped", crashed(BATCH_STAYS, text=DROPPED, device="cuda")),
    Golden("device-mismatch/later", ran(DROPPED)),
    Golden(
        "device-mismatch/numpy",
        crashed(
            "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor "
            "to host memory first.",
            type="TypeError",
        ),
    ),
    Golden(
        "device-mismatch/no-gpu",
        crashed("Torch not compiled with CUDA enabled", type="AssertionError"),
    ),
    Golden(
        "dtype-mismatch",
        crashed("mat1 and mat2 must have the same dtype, but got Double and Float"),
    ),
    Golden(
        "dtype-mismatch",
        crashed(
            "mat1 and mat2 must have the same dtype, but got Double and Float",
            text="opt = Adam(net.parameters())\nfor x, y in loader:\n    scores = net(x)\n",
            line=3,
        ),
        tag="by-name",
    ),
    Golden(
        "dtype-mismatch/asked",
        crashed(
            "mat1 and mat2 must have the same dtype, but got Double and Float",
            text="trans = Compose([ToTensor(), ConvertImageDtype(torch.float64)])\n" + LOADERS,
        ),
    ),
    Golden(
        "device-mismatch/network-later",
        ran(LOADERS + MOVED.replace("to(device)", "cuda()") + "Adam(net.parameters())\n"),
        tag="cuda",
    ),
    Golden(
        "dtype-mismatch/whole",
        crashed("Input type (unsigned char) and bias type (float) should be the same"),
    ),
    Golden(
        "dtype-mismatch/network",
        crashed("mat1 and mat2 must have the same dtype, but got Float and Double"),
    ),
    Golden(
        "dtype-mismatch/labels",
        crashed("expected target dtype to be Long or Byte, but got Int"),
    ),
)
