"""Runs a script as ``__main__``, as ``python script.py`` would."""

import sys
import types
from pathlib import Path
from typing import Any

from .crash import at_home, describe


def run_script(path: Path) -> dict[str, Any]:
    """Run the script at ``path`` and return ``{status, crash}``; ``status`` is ok or error."""
    # A real module in sys.modules: classes defined in it can be pickled by loader workers.
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=str(path), __builtins__=__builtins__)
    sys.modules["__main__"] = module
    sys.argv = [path.name]
    own = {str(file) for file in path.parent.rglob("*.py")}
    home = str(Path.cwd())
    try:
        code = compile(path.read_bytes(), str(path), "exec")
        exec(code, module.__dict__)
    except SystemExit as stop:
        if stop.code in (None, 0):
            return {"status": "ok", "crash": None}
        return {"status": "error", "crash": at_home(describe(stop, own), home)}
    except BaseException as error:
        crash = at_home(describe(error, own), home)
        if sys.__stderr__:
            sys.__stderr__.write(crash["traceback"])
        return {"status": "error", "crash": crash}
    return {"status": "ok", "crash": None}
