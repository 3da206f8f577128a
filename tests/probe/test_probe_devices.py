"""A program for a GPU runs where there is none: whatever asks for one stays on the CPU."""

from pathlib import Path

from whole import assert_told, run

PROGRAM = """
import io, torch
from torch import nn
from torch.utils.data import DataLoader

assert torch.randperm(3, generator=torch.Generator(device="cuda").manual_seed(1)).shape == (3,)
assert isinstance(torch.Generator("cuda:0"), torch.Generator)
assert isinstance(torch.default_generator, torch.Generator)
x = torch.normal(0.0, 1.0, (2, 2), device="cuda").type("torch.cuda.HalfTensor")
assert x.dtype == torch.float16 and x.type(torch.cuda.FloatTensor).dtype == torch.float32
x.pin_memory().record_stream(torch.cuda.current_stream())
with torch.cuda.stream(torch.cuda.Stream()), torch.cuda.device(0):
    torch.cuda.current_stream().wait_stream(torch.cuda.default_stream())
begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
begin.record(), end.record(), end.synchronize()
assert begin.elapsed_time(end) == 0
with torch.device("cuda"):
    model = nn.Linear(2, 2)
model.type("torch.cuda.FloatTensor").to_empty(device="cuda")
nn.LazyLinear(2).cuda().to("cuda")
saved = io.BytesIO()
for where in (lambda storage, location: storage.cuda(0), {"cuda:0": "cuda:1"}, "cuda:0"):
    saved.seek(0)
    torch.save(torch.ones(2), saved)
    saved.seek(0)
    assert torch.equal(torch.load(saved, map_location=where), torch.ones(2))
share = torch.cuda.memory_allocated() / torch.cuda.get_device_properties(0).total_memory
free, total = torch.cuda.mem_get_info()
print(torch.cuda.get_device_name(0), share, free / total, torch.cuda.memory_summary())
torch.cuda.init(), torch.cuda.reset_max_memory_allocated(), torch.cuda.ipc_collect()
torch.cuda.set_per_process_memory_fraction(0.5)
scaler = torch.cuda.amp.GradScaler()
assert scaler.scale(torch.ones(1)) == 1
torch.set_default_tensor_type("torch.cuda.FloatTensor")
assert torch.zeros(2).device.type == "cpu"
loader = DataLoader([1, 2], shuffle=True, pin_memory=True, generator=torch.Generator("cuda"))
assert sorted(int(one) for one in loader) == [1, 2]
torch.mps.synchronize(), torch.mps.current_allocated_memory()
"""


def test_it_runs_to_its_end(tmp_path: Path) -> None:
    ended = run(tmp_path, PROGRAM, mentions=["cuda", "mps"])
    assert ended.crash is None, ended.output
    assert_told(ended, "cpu_instead")
