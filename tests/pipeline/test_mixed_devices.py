"""A program that leaves its model on the CPU fails on a GPU only: it is told so, and graded."""

from dataclasses import replace
from pathlib import Path

import pytest
from builders import claims, measurements, run_figures

from grader.data.practice import PracticeSize
from grader.discovery import find_submission
from grader.model.claims import Claims, Crash
from grader.model.run import Outcome
from grader.pipeline import Request, examine, path, prepare
from grader.pipeline.run import Ran
from grader.pipeline.setup import Setup
from grader.results.store import Logs

MOVE_BOTH, BACK_FIRST, SAME = "Move both: model.to(device)", "x.cpu().numpy()", "Generator(device)"
SAID = {
    "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and "
    "cpu! (when checking argument for argument mat1 in method wrapper_CUDA_addmm)": MOVE_BOTH,
    "Expected all tensors to be on the same device, but got mat1 is on cpu, different from other "
    "tensors on cuda:0 (when checking argument in method wrapper_CUDA_addmm)": MOVE_BOTH,
    "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same or "
    "input should be a MKLDNN tensor and weight is a dense tensor": MOVE_BOTH,
    "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor) should be the same or "
    "input should be a MKLDNN tensor and weight is a dense tensor": MOVE_BOTH,
    "indices should be either on cpu or on the same device as the indexed tensor (cpu)": MOVE_BOTH,
    "Tensor for argument #2 'weight' is on CPU, but expected it to be on GPU": MOVE_BOTH,
    "module must have its parameters and buffers on device cuda:0 (device_ids[0]) but found one "
    "of them on device: cpu": MOVE_BOTH,
    "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host "
    "memory first.": BACK_FIRST,
    "Expected a 'cuda' device type for generator but found 'cpu'": SAME,
    "Expected a 'cpu' device type for generator but found 'cuda'": SAME,
}
OTHERS = (
    "CUDA out of memory. Tried to allocate 2.00 GiB",
    "Input type (torch.cuda.DoubleTensor) and weight type (torch.cuda.FloatTensor) should be the "
    "same",
    "Input type (torch.DoubleTensor) and weight type (torch.FloatTensor) should be the same",
    "can't convert np.ndarray of type numpy.object_",
    "indices should be long tensors",
)


def stopped(message: str) -> Claims:
    return claims(crash=Crash(type="RuntimeError", message=message))


def devices_tried(
    monkeypatch: pytest.MonkeyPatch, folder: Path, device: str, message: str
) -> tuple[list[str], tuple[str, ...]]:
    """Run a program that stops with ``message`` on anything but the CPU."""
    tried: list[str] = []

    def run(submission: object, source: object, setup: Setup, hear: object) -> Ran:
        tried.append(setup.device)
        works = setup.device == "cpu"
        said = claims() if works else stopped(message)
        figures = run_figures() if works else run_figures(Outcome.ERROR, exit_code=1)
        return Ran(figures, said, measurements(), (), Logs("", "", None))

    monkeypatch.setattr(path, "run", run)
    (folder / "lab.py").write_text("import torch\n")
    request = Request("lab1", practice=True, practice_size=PracticeSize.TINY, device="cpu")
    setup = replace(prepare(request), device=device)
    evidence = examine(find_submission(folder / "lab.py"), setup).evidence
    assert evidence.device == tried[-1]
    return tried, evidence.notes


@pytest.mark.parametrize(("message", "remedy"), SAID.items())
def test_it_is_run_again_on_the_cpu_with_an_explanation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, message: str, remedy: str
) -> None:
    tried, notes = devices_tried(monkeypatch, tmp_path, "cuda:0", message)
    assert tried == ["cuda:0", "cpu"]
    assert remedy in notes[-1]


@pytest.mark.parametrize("message", OTHERS)
def test_another_error_on_a_gpu_is_the_programs_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, message: str
) -> None:
    tried, notes = devices_tried(monkeypatch, tmp_path, "cuda:0", message)
    assert (tried, notes) == (["cuda:0"], ())
