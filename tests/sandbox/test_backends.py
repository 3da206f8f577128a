"""What every backend promises, whatever its level."""

import os
import shutil
import time

import psutil
import pytest

from grader.model.run import Outcome
from grader.sandbox.interface import Backend


def held_mb(backend: Backend) -> int:
    """What a process holds before it does anything: a copy what the template imported."""
    return 0 if getattr(backend, "templates", None) is None else 1000


def test_tells_success_from_failure(backend, run):
    assert run(backend, "").outcome is Outcome.OK
    end = run(backend, "sys.exit(3)")
    assert (end.outcome, end.exit_code) == (Outcome.ERROR, 3)


def test_a_crash_keeps_its_traceback(backend, run):
    end = run(backend, "print('before'); 1 / 0")
    assert end.outcome is Outcome.ERROR
    assert end.stdout == "before\n"
    assert "ZeroDivisionError" in end.stderr


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGABRT"])
def test_names_the_signal_that_killed_it(backend, run, name):
    end = run(backend, f"import signal; os.kill(os.getpid(), signal.{name})")
    assert (end.outcome, end.signal, end.exit_code) == (Outcome.SIGNAL, name, None)


def test_an_immediate_exit_loses_no_output(backend, run):
    end = run(backend, "print('said'); os._exit(7)")
    assert (end.exit_code, end.stdout) == (7, "said\n")


def test_a_timeout_cannot_be_ignored(backend, run):
    code = """
        import signal
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        print("still here", flush=True)
        while True:
            time.sleep(1)
    """
    end = run(backend, code, wall_s=0.7)
    assert end.outcome is Outcome.TIMEOUT
    assert end.stdout == "still here\n"
    assert "0.7 seconds" in end.detail
    assert end.wall_s < 3


DAEMON = """
    import signal
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            {streams}
            while True:
                (OUT / "alive").write_text(str(time.monotonic()))
                time.sleep(0.02)
        os._exit(0)
    time.sleep(0.2)
    sys.exit(0)
"""


@pytest.mark.parametrize("streams", ["", "os.dup2(0, 1); os.dup2(0, 2)"], ids=["open", "closed"])
def test_a_detached_daemon_dies_and_hangs_nothing(backend, run, outbox, streams):
    began = time.monotonic()
    end = run(backend, DAEMON.format(streams=streams))
    assert end.outcome is Outcome.OK
    assert time.monotonic() - began < 5
    last = (outbox / "alive").read_text()
    time.sleep(0.1)
    assert (outbox / "alive").read_text() == last


def test_a_process_that_closes_its_output_is_waited_for(backend, run, outbox):
    end = run(backend, "os.close(1); os.close(2); time.sleep(.4); (OUT / 'x').write_text('y')")
    assert end.outcome is Outcome.OK
    assert (outbox / "x").read_text() == "y"


def test_a_fork_bomb_ends_with_the_run(backend, run, outbox):
    code = """
        for _ in range(5):
            time.sleep(0.05)
            os.fork()
        while True:
            (OUT / "alive").write_text(str(time.monotonic()))
            try:
                if os.fork() == 0:
                    os.setsid()
                    time.sleep(0.05)
                    os._exit(0)
            except OSError:
                pass
            time.sleep(0.05)
    """
    end = run(backend, code, wall_s=2.0)
    assert end.outcome is Outcome.TIMEOUT
    last = (outbox / "alive").read_text()
    time.sleep(0.2)
    assert (outbox / "alive").read_text() == last


def test_a_memory_bomb_is_stopped(backend, run):
    code = """
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(4096) * 2560))
            time.sleep(0.005)
    """
    limit_mb = 200 + held_mb(backend)
    end = run(backend, code, memory_mb=limit_mb)
    assert end.outcome is Outcome.MEMORY
    # The copy of a template shares so much that it takes the exact look, which is dear and so rare.
    late_mb = 4000 if held_mb(backend) else 1000
    assert limit_mb <= end.peak_rss_mb < limit_mb + late_mb
    assert str(limit_mb) in end.detail


def test_memory_shared_with_workers_counts_once(backend, run):
    code = """
        hoard = bytearray(os.urandom(4096) * 25600)
        children = [os.fork() for _ in range(1)]
        if 0 not in children:
            children += [os.fork()]
        if 0 not in children:
            children += [os.fork()]
        sum(hoard[::4096])
        time.sleep(1.0)
    """
    assert run(backend, code, memory_mb=250 + held_mb(backend)).outcome is Outcome.OK


def test_a_flood_of_output_is_kept_in_bounded_memory(backend, run):
    code = """
        sys.stdout.write("first line\\n")
        for _ in range(200):
            sys.stdout.write("x" * (1024 * 1024))
        sys.stdout.write("\\nlast line\\n")
    """
    before = psutil.Process().memory_info().rss
    end = run(backend, code, output_mb=300)
    grown_mb = (psutil.Process().memory_info().rss - before) / 1024 / 1024
    assert end.outcome is Outcome.OK
    assert end.stdout.startswith("first line")
    assert end.stdout.endswith("last line\n")
    assert "bytes left out" in end.stdout
    assert len(end.stdout) < 600_000
    assert grown_mb < 20


def test_output_over_its_limit_ends_the_run(backend, run):
    end = run(backend, "while True: print('spam' * 1000)", output_mb=2)
    assert end.outcome is Outcome.OUTPUT
    assert "2 MB" in end.detail


def test_an_outbox_over_its_limit_ends_the_run(backend, run):
    code = """
        for i in range(1000):
            (OUT / str(i)).write_bytes(bytes(1024 * 1024))
            time.sleep(0.02)
    """
    end = run(backend, code, disk_mb=5)
    assert end.outcome is Outcome.ERROR
    assert "5 MB" in end.detail


def test_the_outbox_comes_back_plain(backend, run, outbox):
    code = """
        (OUT / "deep").mkdir()
        (OUT / "deep" / "result.json").write_text("{}")
        os.chmod(OUT / "deep" / "result.json", 0)
        os.symlink("/etc/passwd", OUT / "link")
        os.mkfifo(OUT / "pipe")
        os.chmod(OUT, 0)
    """
    mode = outbox.stat().st_mode
    assert run(backend, code).outcome is Outcome.OK
    assert (outbox / "deep" / "result.json").read_text() == "{}"
    assert (outbox / "deep" / "result.json").stat().st_uid == os.getuid()
    assert sorted(path.name for path in outbox.iterdir()) == ["deep"]
    assert outbox.stat().st_mode == mode


def test_a_maze_of_folders_is_torn_down(backend, run, outbox):
    code = """
        for start, depth in ((OUT, 200), (ROOT / "work", 1200)):
            os.chdir(start)
            for _ in range(depth):
                os.mkdir("d")
                os.chdir("d")
            os.chmod(".", 0)
    """
    end = run(backend, code)
    assert end.outcome is Outcome.ERROR
    assert "8 levels" in end.detail
    shutil.rmtree(outbox)


def test_what_we_put_into_the_outbox_can_be_replaced(backend, run, outbox):
    (outbox / "progress").write_text("0")
    run(backend, "(OUT / 'progress').write_text('1')")
    assert (outbox / "progress").read_text() == "1"


def test_the_layout_is_as_promised(backend, run, tmp_path):
    data = tmp_path / "images"
    data.mkdir()
    (data / "train.csv").write_text("label\n")
    code = """
        assert Path.cwd().samefile(ROOT / "work")
        assert Path("data/train.csv").read_text() == "label\\n"
        assert (ROOT / "data" / "train.csv").read_text() == "label\\n"
        Path("scratch.txt").write_text("writable")
        import tempfile, getpass
        tempfile.TemporaryFile().close()
        assert getpass.getuser() == "student"
        assert sys.argv[1:] == [str(ROOT)]
        assert str(ROOT / "script") not in sys.path
    """
    end = run(backend, code, inputs={"data": data})
    assert (end.outcome, end.stderr) == (Outcome.OK, "")


def test_inputs_that_only_we_may_read_are_readable_inside(backend, run, tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "file").write_text("content")
    (private / "file").chmod(0o600)
    code = "print((ROOT / 'private' / 'file').read_text(), (ROOT / 'one').read_text())"
    end = run(backend, code, inputs={"private": private, "one": private / "file"})
    assert end.stdout == "content content\n"


def test_the_environment_is_ours_alone(backend, run, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "s3cret")
    end = run(backend, "print(sorted(os.environ.items()))", environment={"SEED": "7"})
    assert "s3cret" not in end.stdout
    assert "('SEED', '7')" in end.stdout
    assert "('OMP_NUM_THREADS', '1')" in end.stdout


def test_watch_is_called_and_its_failure_loses_nothing(backend, run):
    calls = []

    def watch():
        calls.append(1)
        raise RuntimeError("display is gone")

    end = run(backend, "time.sleep(0.6); print('done')", watch=watch)
    assert (end.outcome, end.stdout) == (Outcome.OK, "done\n")
    assert calls


def test_an_interrupt_kills_everything_and_propagates(backend, run, outbox):
    def watch():
        raise KeyboardInterrupt

    code = """
        while True:
            (OUT / "alive").write_text(str(time.monotonic()))
            time.sleep(0.02)
    """
    with pytest.raises(KeyboardInterrupt):
        run(backend, code, watch=watch)
    alive = outbox / "alive"
    last = alive.read_text() if alive.exists() else None
    time.sleep(0.1)
    assert (alive.read_text() if alive.exists() else None) == last


def test_times_and_memory_are_measured(backend, run):
    code = """
        hoard = bytearray(os.urandom(4096) * 25600)
        end = time.monotonic() + 0.8
        while time.monotonic() < end:
            pass
    """
    end = run(backend, code)
    assert 0.8 < end.wall_s < 20
    assert 0.1 < end.cpu_s < 4
    assert 100 < end.peak_rss_mb < 300 + held_mb(backend)


def test_leaves_no_temporary_files(backend, run, monkeypatch, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir(mode=0o755)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    run(backend, "Path('x').write_text('y')")
    assert {path.name for path in temporary.iterdir()} <= {
        "lab-grader-uids"
    }  # where /run is closed
