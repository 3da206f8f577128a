"""Bad input on the command line: one sentence that names the thing and the remedy, exit code 2."""

import errno
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from builders import criterion
from data_files import write_asl, write_mnist
from endings import Command, mistake

from grader.data import locate
from grader.discovery import find

RULES = {"schema": 1, "assignment": "lab1", "pass_mark": 0.5}
HEADER = "label," + ",".join(f"pixel{number}" for number in range(1, 785))
ROW = ",".join(["0"] * 784)

Make = Callable[[Path], None]


def text(name: str, content: str = "x = 1\n") -> Make:
    def make(here: Path) -> None:
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(content)

    return make


def texts(*names: str) -> Make:
    def make(here: Path) -> None:
        for name in names:
            text(name)(here)

    return make


def archive(
    *members: str | zipfile.ZipInfo,
    content: bytes = b"x = 1\n",
    flags: int = 0,
    method: int = zipfile.ZIP_DEFLATED,
) -> Make:
    def make(here: Path) -> None:
        with zipfile.ZipFile(here / "work.zip", "w", method) as opened:
            for member in members:
                opened.writestr(member, content)
        if flags:  # the central directory says that members are encrypted
            path = here / "work.zip"
            packed = bytearray(path.read_bytes())
            packed[packed.index(b"PK\x01\x02") + 8] |= flags
            path.write_bytes(bytes(packed))

    return make


def link(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


def cut(name: str) -> Make:
    def make(here: Path) -> None:
        write_mnist(here / "data", 20, 20)
        path = here / "data" / "MNIST" / "raw" / name
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])

    return make


def csv(header: str, row: str) -> Make:
    def make(here: Path) -> None:
        write_asl(here / "data", 48, 48)
        path = here / "data" / "asl_data" / "sign_mnist_train.csv"
        path.write_text(f"{header}\n{row}\n")

    return make


def only(name: str) -> Make:
    def make(here: Path) -> None:
        (write_mnist if name == "mnist" else write_asl)(here / "data", 48, 48)

    return make


def rules(**changes: object) -> Make:
    return text("rubric.yaml", yaml.safe_dump({**RULES, "criteria": [criterion("a")], **changes}))


def fifo(here: Path) -> None:
    os.mkfifo(here / "pipe.py")


def somebodys_work(here: Path) -> None:
    text("results/lab1/lab/thesis.txt")(here)


def nothing(here: Path) -> None:
    """What there is already is enough."""


def full(*arguments: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


LAB1 = ("check", "lab1")
PRACTICE = ("--practice",)

TABLE: dict[str, tuple[Make, tuple[str, ...], str]] = {
    # the submission
    "unknown assignment": (nothing, ("check", "lab9", "lab.py"), "it has lab1, lab2, lab3"),
    "assignment in capitals": (nothing, ("check", "LAB1", "lab.py"), "write 'lab1'"),
    "missing file": (nothing, (*LAB1, "nothing.py"), "check the path of the submission"),
    "arguments swapped": (nothing, ("check", "lab.py", "lab1"), "the lab comes first"),
    "not code": (text("notes.txt"), (*LAB1, "notes.txt"), "neither a .py script"),
    "a pipe": (fifo, (*LAB1, "pipe.py"), "neither a file nor a folder"),
    "empty folder": (lambda here: (here / "f").mkdir(), (*LAB1, "f"), "holds no .py script"),
    "two notebooks": (
        texts("f/a.ipynb", "f/b.ipynb"),
        (*LAB1, "f"),
        "f holds several candidates (a.ipynb, b.ipynb): name",
    ),
    "a notebook and a script": (
        texts("f/a.ipynb", "f/b.py"),
        (*LAB1, "f"),
        "f holds several candidates (a.ipynb, b.py): name the one to grade with --main",
    ),
    "two folders": (
        texts("f/a/lab.py", "f/b/lab.py"),
        (*LAB1, "f"),
        "f holds several candidates (a/lab.py, b/lab.py): name the one to grade with --main",
    ),
    "two scripts": (texts("f/a.py", "f/b.py"), (*LAB1, "f"), "(a.py, b.py): name the one"),
    "no such main": (texts("f/a.py"), (*LAB1, "f", "--main", "b.py"), "--main names b.py"),
    "main outside": (
        texts("f/a.py"),
        (*LAB1, "f", "--main", "../lab.py"),
        "and f holds no such file",
    ),
    "main of a file": (nothing, (*LAB1, "lab.py", "--main", "lab.py"), "and lab.py is a file"),
    "bad student name": (nothing, (*LAB1, "lab.py", "--student", "../bob"), "cannot name a folder"),
    # archives
    "corrupt zip": (text("work.zip", "PK\x03\x04 no"), (*LAB1, "work.zip"), "pack it again"),
    "zip that leads out": (archive("../lab.py"), (*LAB1, "work.zip"), "outside its folder"),
    "zip with a root": (archive("/etc/lab.py"), (*LAB1, "work.zip"), "outside its folder"),
    "zip with a drive": (archive("C:\\lab.py"), (*LAB1, "work.zip"), "outside its folder"),
    "zip with a link": (archive("lab.py", link("x")), (*LAB1, "work.zip"), "is a link"),
    "zip bomb": (
        archive("lab.py", "b.bin", content=bytes(110_000_000)),
        (*LAB1, "work.zip"),
        "holds more than 200 MB",
    ),
    "zip of many files": (
        archive(*(f"{n}.txt" for n in range(501))),
        (*LAB1, "work.zip"),
        "more than 500 files",
    ),
    "zip of deep folders": (archive("a/" * 20 + "lab.py"), (*LAB1, "work.zip"), "too deeply"),
    "encrypted zip": (archive("lab.py", flags=1), (*LAB1, "work.zip"), "it is encrypted"),
    "zip by another method": (
        archive("lab.py", method=zipfile.ZIP_BZIP2),
        (*LAB1, "work.zip"),
        "packed by an unusual method",
    ),
    "zip without code": (archive("notes.txt"), (*LAB1, "work.zip"), "holds no .py script"),
    "zip with a long name": (
        archive("lab.py", "x" * 300),
        (*LAB1, "work.zip"),
        "is too long; pack the code alone into a new zip",
    ),
    "zip with two": (
        archive("w/a.ipynb", "w/b.ipynb"),
        (*LAB1, "work.zip"),
        "work.zip holds several",
    ),
    # data
    "no data anywhere": (nothing, (*LAB1, "lab.py"), "run 'grader data fetch'"),
    "data folder without data": (nothing, (*LAB1, "lab.py", "--data", "."), "there is no MNIST"),
    "data of another lab": (only("mnist"), ("check", "lab2", "lab.py"), "there is no ASL data"),
    "truncated images": (
        cut("train-images-idx3-ubyte"),
        (*LAB1, "lab.py"),
        "train-images-idx3-ubyte is cut short or too long for its header: get the file again",
    ),
    "truncated labels": (
        cut("t10k-labels-idx1-ubyte"),
        (*LAB1, "lab.py"),
        "t10k-labels-idx1-ubyte is cut short or too long for its header: get the file again",
    ),
    "csv without a column": (
        csv(HEADER.replace(",pixel9,", ","), f"1,{ROW}"),
        ("check", "lab2", "lab.py"),
        "does not begin with the columns label,pixel1..pixel784: get the file again",
    ),
    "csv with label 30": (
        csv(HEADER, f"30,{ROW}"),
        ("check", "lab2", "lab.py"),
        "labels outside 0..23 (or Kaggle's 0..24 without 9): get the file again",
    ),
    "csv with text": (
        csv(HEADER, f"A,{ROW}"),
        ("check", "lab2", "lab.py"),
        "holds something that is not a whole number: get the file again",
    ),
    # results
    "out is a file": (nothing, (*LAB1, "lab.py", "--out", "lab.py"), "choose another with --out"),
    "out is somebody's work": (somebodys_work, (*LAB1, "lab.py"), "is there already"),
    "no results to regrade": (nothing, ("regrade", "nowhere"), "holds no results"),
    # rubric and course
    "no such rubric": (
        nothing,
        (*LAB1, "lab.py", *PRACTICE, "--rubric", "r.yaml"),
        "there is no rubric at r.yaml",
    ),
    "malformed rubric": (
        text("rubric.yaml", "criteria: [\n"),
        (*LAB1, "lab.py", *PRACTICE, "--rubric", "rubric.yaml"),
        "the rubric rubric.yaml is not valid YAML: while parsing a flow node",
    ),
    "binary rubric": (
        lambda here: (here / "rubric.yaml").write_bytes(b"\xff\xfe\x00"),
        (*LAB1, "lab.py", *PRACTICE, "--rubric", "rubric.yaml"),
        "it is no text in UTF-8; name the YAML file",
    ),
    "rubric is a folder": (
        lambda here: (here / "rubrics").mkdir(),
        (*LAB1, "lab.py", *PRACTICE, "--rubric", "rubrics"),
        "the rubric rubrics cannot be read: it is a folder; name the file in it",
    ),
    "unknown check": (
        rules(criteria=[criterion("a", "magic")]),
        (*LAB1, "lab.py", *PRACTICE, "--rubric", "rubric.yaml"),
        "names the check 'magic', which does not exist",
    ),
    "negative points": (
        rules(criteria=[{**criterion("a"), "points": -5}]),
        (*LAB1, "lab.py", *PRACTICE, "--rubric", "rubric.yaml"),
        "criterion 'a', points: must be a number of at least 0, not -5",
    ),
    "rubric of another lab": (
        rules(assignment="lab2"),
        (*LAB1, "lab.py", *PRACTICE, "--rubric", "rubric.yaml"),
        "is for 'lab2', not for 'lab1'",
    ),
    "no course": (nothing, (*LAB1, "lab.py", "--course", "nowhere"), "nowhere is no course"),
    "practice and data": (
        nothing,
        (*LAB1, "lab.py", *PRACTICE, "--data", "."),
        "leave out either --practice or --data",
    ),
    "calibrate without --check": (
        nothing,
        ("calibrate", "lab1", "--runs", "1", *PRACTICE),
        "belong to --check",
    ),
    # the machine
    "unknown device": (
        only("mnist"),
        (*LAB1, "lab.py", "--device", "tpu"),
        "there is no device 'tpu'",
    ),
    "device not there": (
        only("mnist"),
        (*LAB1, "lab.py", "--device", "cuda:77"),
        "use --device cpu",
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_bad_input_is_one_sentence_with_the_remedy(grader: Command, here: Path, name: str) -> None:
    make, arguments, words = TABLE[name]
    make(here)
    before = sorted(path for path in here.rglob("*") if "cache" not in path.parts)
    assert words in mistake(grader(*arguments))
    after = sorted(path for path in here.rglob("*") if "cache" not in path.parts)
    kept = [path for path in after if path not in before and path.is_file()]
    assert kept == [], "something was left half-written"


def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_written(
    grader: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text("empty.py", "")(here)
    monkeypatch.setattr(Path, "write_bytes", full)
    ended = grader(*LAB1, "empty.py", *PRACTICE, "--isolation", "0")
    assert ended[0] == 2
    assert "No space left" in ended[2]
    assert "Traceback" not in ended[2]
    assert not list((here / "results").rglob("*.json"))


def test_a_cache_that_cannot_be_written_is_the_callers_to_mend(grader: Command, here: Path) -> None:
    text("cache", "a file")(here)
    said = mistake(grader(*LAB1, "lab.py", *PRACTICE))
    assert f"the cache {here}/cache/practice cannot be written (Not a directory)" in said
    assert "name another folder in the environment variable GRADER_CACHE_HOME" in said


def test_a_disk_that_is_full_while_practice_data_is_made_is_the_callers_to_mend(
    grader: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate, "write_practice", full)
    said = mistake(grader(*LAB1, "lab.py", *PRACTICE))
    assert "cannot be written (No space left on device): make room there" in said


def test_a_disk_that_is_full_while_a_zip_is_unpacked_is_said(
    grader: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive("lab.py")(here)
    monkeypatch.setattr(find, "unpack", full)
    said = mistake(grader(*LAB1, "work.zip"))
    assert "work.zip cannot be unpacked (No space left on device): make room on the disk" in said
    assert "TMPDIR" in said
