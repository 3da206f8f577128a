"""Whole programs through the probe's first line, in a process of their own."""

from pathlib import Path

import pytest
from whole import assert_told, notebook, run


def test_a_script_needs_nobody_at_the_keyboard(tmp_path: Path) -> None:
    ended = run(tmp_path, "print(repr(input('How many epochs? ')))\n")
    assert ended.crash is None
    assert ended.output.endswith("''\n")
    assert_told(ended, "input_empty")


AT_THE_END = """
import atexit, threading, time
class Held:
    def __del__(self):
        print("taken apart", flush=True)
held = [Held() for _ in range(3)]
atexit.register(print, "at the end")
threading.Thread(target=lambda: (time.sleep(0.5), print("in another thread"))).start()
print("the last line")
"""


def test_what_is_to_be_done_at_the_end_is_and_nothing_is_taken_apart(tmp_path: Path) -> None:
    said = run(tmp_path, AT_THE_END).output.splitlines()
    assert said[-3:] == ["the last line", "in another thread", "at the end"]


EXPORTED = """
from IPython import get_ipython
import IPython
import matplotlib.pyplot as plt
get_ipython().run_line_magic("matplotlib", "inline")
IPython.get_ipython().events.register("post_execute", print)
plt.plot([1])
IPython.get_ipython().kernel.do_shutdown(True)
IPython.Application.instance().kernel.do_shutdown(True)
print("the end")
"""


def test_a_script_exported_from_a_notebook_has_a_shell_to_import(tmp_path: Path) -> None:
    ended = run(tmp_path, EXPORTED, mentions=["get_ipython", "do_shutdown"])
    assert ended.crash is None, ended.crash
    assert "the end" in ended.output
    assert_told(ended, "magic_ignored", "shutdown_ignored")


MAGICS = (
    "%load_ext tensorboard",
    "%tensorboard --logdir x",
    "%matplotlib widget",
    "%tensorflow_version 2.x",
    "%%shell\nexit 3",
    "%cd /content\nimport os\nassert os.path.basename(os.getcwd()) == 'work'",
    "%%javascripture\nnot Python",
    "%%wandb\ntracked = 1",
)
REAL = (
    "%matplotlib inline",
    "%env SOME=thing\nimport os\nassert os.environ['SOME'] == 'thing'",
    "%time timed = 1",
    "%%time\nalso_timed = timed + tracked",
    "name = 'written'",
    "%%writefile {name}.py\nran = 1",
    "%run written.py",
    "%%capture said\nprint('hidden')",
    "took = %timeit -o -n1 -r1 pass",
    "seen = []\ndef inner():\n    local = 3\n    %time seen.append(local)",
    "inner()\nassert seen == [3]",
    "assert (also_timed, ran, said.stdout) == (2, 1, 'hidden\\n')",
    "print('the end')",
)


def test_a_cell_that_failed_because_it_may_is_not_among_those_that_ran(tmp_path: Path) -> None:
    cells = notebook("x = 1", "1 / 0", "print('the end', x)", tags={1: ["raises-exception"]})
    ended = run(tmp_path, cells, "notebook")
    assert ended.crash is None
    assert "the end 1" in ended.output
    assert (ended.ending["cells_run"], ended.ending["cells_total"]) == (2, 3)


def test_magics_that_are_not_there_do_not_end_a_notebook(tmp_path: Path) -> None:
    ended = run(tmp_path, notebook(*MAGICS, *REAL), "notebook")
    assert ended.crash is None, ended.crash
    assert "the end" in ended.output
    assert_told(ended, "magic_left_out", "folder_missing")
    left_out = {note.partition(":")[2] for note in ended.notes}
    assert {"%load_ext tensorboard", "%tensorboard", "%%shell", "%%wandb"} <= left_out
    assert not any(real in one for one in left_out for real in ("time", "run", "inline"))


def test_an_error_in_code_that_a_magic_runs_ends_the_notebook(tmp_path: Path) -> None:
    ended = run(tmp_path, notebook("%%time\n1 / 0", "print('the end')"), "notebook")
    assert (ended.crash["type"], ended.crash["cell"]) == ("ZeroDivisionError", 1)


@pytest.mark.parametrize(
    ("cell", "signal", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL", "SIGKILL"),
        ("import os; os._exit(7)", None, "exit code 7"),
    ],
)
def test_how_a_kernel_died_is_told(
    tmp_path: Path, cell: str, signal: str | None, said: str
) -> None:
    ended = run(tmp_path, notebook("x = 1", cell), "notebook")
    assert (ended.crash["type"], ended.crash["cell"]) == ("DeadKernelError", 2)
    assert ended.crash.get("signal") == signal
    assert said in ended.crash["message"]
