"""The notebook kernel inside sandbox A: ipykernel with the probe installed.

Run as ``python kernel.py ROOT -f CONNECTION_FILE``.
"""

import importlib
import sys
from pathlib import Path
from typing import Any


def _import_without_debugger() -> None:
    """Nobody debugs this kernel, and importing what could is a third of its start."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]  # a submission may want it


def main() -> None:
    """Start a kernel that reports what cells train, and that a cell cannot shut down."""
    root = Path(sys.argv[1])
    sys.path.insert(0, str(root))
    recorder = importlib.import_module("grader_probe.install").install(root)
    sys.path.remove(str(root))

    _import_without_debugger()
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    # Course notebooks end by shutting their kernel down to free the GPU. Here the run is over
    # then anyway, and a kernel that dies under nbclient would look like a crash.
    stop = IPythonKernel.do_shutdown

    def do_shutdown(kernel: IPythonKernel, restart: bool) -> object:
        inside_cell = getattr(kernel, "_grader_busy", False)
        if inside_cell:
            recorder.notes.add("shutdown_ignored")
        recorder.finish()
        return {"status": "ok", "restart": restart} if inside_cell else stop(kernel, restart)

    IPythonKernel.do_shutdown = do_shutdown  # type: ignore[method-assign]
    prompts: Any = importlib.import_module("grader_probe.helps.prompts")
    for name in ("raw_input", "getpass"):
        setattr(IPythonKernel, name, staticmethod(prompts.answer(recorder.notes.add)))
    app = IPKernelApp.instance(kernel_class=IPythonKernel)
    app.initialize(["-f", sys.argv[3]])
    shell: Any = app.shell
    importlib.import_module("grader_probe.helps.magics").pass_over(shell, recorder.notes.add)
    events = shell.events
    events.register("pre_run_cell", lambda info: setattr(app.kernel, "_grader_busy", True))
    events.register("post_run_cell", lambda result: setattr(app.kernel, "_grader_busy", False))
    events.register("post_run_cell", lambda result: recorder.finish())
    app.start()


if __name__ == "__main__":
    main()
