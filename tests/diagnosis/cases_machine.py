"""Runs in which tensors do not meet; the messages are torch's own."""

from golden import Golden
from student import LOADERS, LOOPS, crashed, ran

DROPPED = LOADERS + LOOPS.replace(
    "        loss = loss_function", "        images.to(device)\n        loss = loss_function"
)
ON_TWO = (
    "Expected all tensors to be on the same device, but got mat1 is on cpu, different from other "
    "tensors on cuda:0 (when checking argument in method wrapper_CUDA_addmm)"
)

CASES = (
    Golden("device-mismatch", crashed(ON_TWO, text=LOADERS + LOOPS, device="cuda")),
    Golden("device-mismatch/dropped", crashed(ON_TWO, text=DROPPED, device="cuda")),
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
