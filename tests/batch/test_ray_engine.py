"""A class on real Ray nodes of this machine, one of which dies, and how else that goes wrong."""

import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest
from commands import run

from grader.batch.engines import engine_for
from grader.batch.engines.interface import Wanted
from grader.batch.engines.node import PREFIX
from grader.cli.codes import CALLER
from grader.errors import CallerError
from grader.pipeline import Request

ray_cluster = pytest.importorskip(
    "benchmarks.ray_cluster", reason="needs the checkout's benchmarks"
)
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra 'ray'")
LONGEST_S = 400
LOOPS = "while True:\n    pass\n"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Temporary files of the cluster and of what runs on it lie here, and the cache."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    return tmp_path / "tmp"


def wait_until(true, within_s=LONGEST_S):
    until = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.1)


def command(folder, out, cluster):
    options = ("--engine", "ray", "--address", cluster.address)
    return ray_cluster.batch_command(folder, out, *options)


@needs_ray
@pytest.mark.thorough
@pytest.mark.training
def test_a_machine_that_dies_costs_no_result_and_one_that_lacks_something_is_named(
    temporary, tmp_path
):
    folder = ray_cluster.write_class(tmp_path / "class", 7)
    # Whoever writes a module like one of ours into a submission must not have it imported.
    (tmp_path / "class/student-000.py").rename(tmp_path / "student.py")
    (folder / "student-000").mkdir()
    (tmp_path / "student.py").rename(folder / "student-000/lab.py")
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w')\n"
    for name in ("json", "grader", "pydantic"):
        (tmp_path / f"{name}.py").write_text(trap)
    subprocess.run(ray_cluster.batch_command(folder, tmp_path / "local"), check=True, cwd="/")
    with ray_cluster.Cluster() as cluster:
        cluster.add({"GRADER_CACHE_HOME": "/proc/nowhere"})
        batch = subprocess.Popen(
            command(folder, tmp_path / "ray", cluster),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            text=True,
        )
        wait_until(lambda: ray_cluster.graded(tmp_path / "ray"))
        cluster.kill(ray_cluster.busy_node(cluster))
        said, _ = batch.communicate(timeout=LONGEST_S)
    assert batch.returncode == 0, said
    assert "(node-3) does not grade: the cache" in said
    assert "7 graded" in said
    assert ray_cluster.differing(tmp_path / "local", tmp_path / "ray") == []
    assert not (tmp_path / "sprung").exists()


@needs_ray
@pytest.mark.thorough
def test_ctrl_c_ends_what_runs_everywhere(temporary, tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("ada", "bob"):
        (folder / f"{name}.py").write_text(LOOPS)
    with ray_cluster.Cluster(count=2) as cluster:
        batch = subprocess.Popen(command(folder, tmp_path / "out", cluster), cwd=tmp_path)
        wait_until(lambda: all(ray_cluster.grades(node) for node in cluster.nodes))
        batch.send_signal(signal.SIGINT)
        assert batch.wait(60) == 130
        assert not any(ray_cluster.grades(node) for node in cluster.nodes)
        assert [one for one in temporary.iterdir() if one.name.startswith(PREFIX)] == []
    assert ray_cluster.graded(tmp_path / "out") == []


@needs_ray
@pytest.mark.thorough
def test_a_grader_that_is_killed_ends_its_runs_everywhere(temporary, tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "class/ada.py").write_text(LOOPS)
    with ray_cluster.Cluster(count=1) as cluster:
        batch = subprocess.Popen(command(tmp_path / "class", tmp_path / "out", cluster))
        wait_until(lambda: ray_cluster.grades(cluster.nodes[0]))
        batch.kill()
        batch.wait()
        wait_until(lambda: not ray_cluster.grades(cluster.nodes[0]), 60)


@needs_ray
def test_without_a_cluster_it_is_said_how_to_start_one(temporary, tmp_path):
    folder = ray_cluster.write_class(tmp_path / "class", 1)
    address = ("--engine", "ray", "--address", "127.0.0.1:1")
    said = run(*ray_cluster.batch_command(folder, tmp_path / "out", *address))
    assert said.returncode == CALLER
    assert "ray start --head" in said.stderr


def wanted(**changes):
    return Wanted(Request("lab1"), setup=None, baseline=None, **changes)


def test_without_ray_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "grader.batch.engines.ray", raising=False)
    with pytest.raises(CallerError, match=r"pip install 'lab-grader\[ray\]'"):
        engine_for("ray", wanted())


def test_an_engine_that_is_none_is_said():
    with pytest.raises(CallerError, match="use local or ray"):
        engine_for("dask", wanted())


def test_this_machine_alone_has_no_address():
    with pytest.raises(CallerError, match="add --engine ray"):
        engine_for("local", wanted(address="10.0.0.1:6379"))
