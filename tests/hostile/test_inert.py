"""Whatever a student writes is only text wherever it is shown: page, terminal, log, JSON, paths."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from attack import Range
from hostile_cases import Case, cases
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader.cli.live import LiveRun
from grader.cli.show import show_grade
from grader.errors import SubmissionError
from grader.inert import ORDER, plain
from grader.model.grade import Grade
from grader.reports.environment import TEMPLATES

CHROMIUM = shutil.which("chromium")
RICH = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\x1b\[[0-9]*[AK]")
"""What rich itself sends: colours, hiding the cursor, and the lines of its bar drawn anew."""
LINK = (
    r"#[\w-]+|data:image/(?:png|jpeg);base64,[\w+/=]+"
    r"|notebook\.html(?:#cell-\d+)?|report\.html(?:#mistake-\d+)?"
)
"""Where a page may lead: to a part of itself, to a picture in it, to the page beside it."""
ARRIVES = {
    "exception": "<script>alert(1)</script>",
    "forged-ending": "<script>alert(1)</script>",
    "layer-names": "<script>alert(1)</script>",
    "templates": "{{ 7*7 }}",
    "terminal": "click",
    "workflow-commands": "owned",
    "formulas": "=cmd",
}
"""Of these the text must be on the page, or the test would look at an attack that never came."""


@dataclass(frozen=True)
class Shown:
    """Everything that ``grader check`` showed of one submission."""

    page: str
    notebook: str | None
    terminal: str
    documents: dict[str, bytes]

    @property
    def grade(self) -> Grade:
        """The grade as it was stored."""
        return Grade.model_validate_json(self.documents["grade.json"])


def injecting(*, every: bool) -> list[Case]:
    """The submissions that inject something; only the quick ones unless ``every``."""
    return [case for case in cases("escaping/inject") if every or case.given.get("quick")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hand in each submission once; a test is given what was shown of it."""
    if "shown" in metafunc.fixturenames:
        asked = ("--hostile-all", "--hostile-each")
        every = any(metafunc.config.getoption(name, default=False) for name in asked)
        found = [pytest.param(one, id=one.folder.name) for one in injecting(every=every)]
        metafunc.parametrize("shown", found, indirect=True, scope="session")


@pytest.fixture(scope="session")
def user(tmp_path_factory: pytest.TempPathFactory) -> Range:
    """A user with a course and tiny data."""
    return Range(tmp_path_factory.mktemp("user"), 0)


@pytest.fixture(scope="session")
def shown(
    request: pytest.FixtureRequest, user: Range, tmp_path_factory: pytest.TempPathFactory
) -> Shown:
    """Grade a submission at the strongest level, in a terminal."""
    case: Case = request.param
    folder = tmp_path_factory.mktemp(case.folder.name)
    path = case.write(folder, user.words("hm0123456789"))
    options = ("--data", user.data, "--student", "mallory", "--out", folder / "out")
    options += ("--timeout", "60", "--threads", "1", "--reruns", "0", "--device", "cpu")
    terminal = in_a_terminal(user, "check", "lab1", path, *options)
    result = folder / "out" / "mallory"
    assert (result / "report.html").is_file(), terminal[-2000:]
    documents = {name: (result / name).read_bytes() for name in ("grade.json", "evidence.json")}
    beside = result / "notebook.html"
    notebook = beside.read_text("utf-8") if beside.is_file() else None
    return Shown((result / "report.html").read_text("utf-8"), notebook, terminal, documents)


def environment(user: Range, columns: int = 70) -> dict[str, str]:
    """What the command needs; a narrow terminal folds what is in a table."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    caches = {"GRADER_CACHE_HOME": str(user.folder / "cache"), "GRADER_COURSE": str(user.course)}
    return kept | caches | {"TERM": "xterm-256color", "COLUMNS": str(columns), "LANG": "C.UTF-8"}


def in_a_terminal(user: Range, *arguments: object) -> str:
    """Run the command as a person does; returns every character that reached the terminal."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "grader", *map(str, arguments)]
    with subprocess.Popen(command, stdout=slave, stderr=slave, env=environment(user)) as process:
        os.close(slave)
        said = b""
        while True:
            try:
                chunk = os.read(master, 65536)
            except OSError:  # Linux says so when the other side is closed
                break
            said += chunk
        os.close(master)
        process.wait(timeout=60)
    return said.decode("utf-8")


def said_by(user: Range, *arguments: str | Path, cwd: Path) -> tuple[int, str]:
    """Exit code and everything that the command wrote to a log."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *arguments],
        cwd=cwd,
        env=environment(user),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.decode("utf-8")


def assert_only_text(said: str) -> None:
    """Nothing a terminal or a CI runner would obey, nothing that hides."""
    assert [
        one for one in said if not one.isprintable() and one not in "\n\u00a0\u200c\u200d"
    ] == []
    assert [line for line in said.splitlines() if re.match(r"\s*::\s*[\w-]+.*?::", line)] == []
    assert "##[" not in said


# --- the page ---


class Markup(HTMLParser):
    """The elements and attributes of a page, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def ours() -> Markup:
    """The elements and attributes that our templates write."""
    sources = (path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.j2")))
    return Markup(re.sub(r"{[%#{].*?[%#}]}", "", "\n".join(sources), flags=re.DOTALL))


def assert_inert(page: str) -> Markup:
    found, written = Markup(page), ours()
    assert found.tags <= written.tags, "an element that no template writes"
    names = {name for name, _ in found.attributes}
    assert names <= {name for name, _ in written.attributes}, "an attribute that no template writes"
    assert not found.tags & {"script", "iframe", "object", "embed", "form", "base", "link"}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    for name, value in found.attributes:
        if name in ("href", "src"):
            assert re.fullmatch(LINK, value), (name, value)
    assert page.count("<style>") == 1
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in page
    return found


@pytest.mark.training
def test_nothing_on_the_page_is_the_students_but_text(shown: Shown, request) -> None:
    found = assert_inert(shown.page)
    name = request.node.callspec.id
    if name in ARRIVES:
        assert ARRIVES[name] in found.text
    for page in filter(None, (shown.page, shown.notebook)):
        assert [one for one in page if not one.isprintable() and one not in "\n\t\u00a0"] == []


@pytest.mark.training
def test_the_notebook_beside_it_is_text_and_pictures(shown: Shown) -> None:
    if shown.notebook is None:
        pytest.skip("a script has no such page")
    assert_inert(shown.notebook)


@pytest.mark.training
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_finds_nothing_else_on_it(shown: Shown, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(shown.page, "utf-8")
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --dump-dom".split()
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    done = subprocess.run(
        [str(CHROMIUM), *flags, profile, (tmp_path / "report.html").as_uri()],
        capture_output=True,
        timeout=60,
        check=True,
    )
    seen = Markup(done.stdout.decode())
    assert seen.tags <= ours().tags | {"tbody"}
    assert not [name for name, _ in seen.attributes if name.startswith("on")]


# --- the terminal, a log, JSON ---


@pytest.mark.training
def test_a_terminal_is_told_nothing_by_the_student(shown: Shown) -> None:
    assert_only_text(RICH.sub("", shown.terminal).replace("\r", "\n"))
    assert "report:" in shown.terminal


@pytest.mark.training
@pytest.mark.parametrize("width", [30, 80, 300])
def test_a_log_is_only_text_wherever_a_cell_is_folded(shown: Shown, width: int) -> None:
    log = StringIO()
    show_grade(Console(file=log, width=width, force_terminal=False), shown.grade, Path("results"))
    assert_only_text(log.getvalue())


@pytest.mark.training
def test_what_is_stored_is_json_for_every_reader(shown: Shown) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    for content in shown.documents.values():
        assert content.isascii()
        document = json.loads(content, parse_constant=refuse)
        json.dumps(document, ensure_ascii=False).encode("utf-8")  # no half characters


@given(st.text(alphabet=st.characters() | st.sampled_from(":#[\x1b\u202e\n"), max_size=80))
def test_plain_text_gives_no_orders(text: str) -> None:
    said = plain(text)
    assert len(said.splitlines()) <= 1
    assert not ORDER.search(said)
    assert_only_text(said)


@pytest.mark.parametrize(
    ("order", "harmless"),
    [
        ("::error file=a,line=1::x", ": :error file=a,line=1::x"),
        ("a ::add-mask::b", "a : :add-mask::b"),
        ("##[error]x", "## [error]x"),
        ("at::Tensor, a::b", "at::Tensor, a::b"),
        ("a\nb\x1b[2Jc\u202ed", "a b [2Jc d"),
    ],
)
def test_an_order_is_broken_and_other_text_stays(order: str, harmless: str) -> None:
    assert plain(order) == harmless


def test_ordinary_writing_is_printed_as_it_is() -> None:
    for word in ("Zoë", "\u0646\u0645\u06cc\u200c\u062e", "王小明", "👩\u200d🔬", "98.3\u00a0%"):
        assert plain(word) == word


def test_the_name_of_a_file_is_no_markup_in_the_bar() -> None:
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=200)
    with LiveRun(console, "[/b][red]a[/red]\x1b]0;owned\x07:smile:.py", 5, quiet=False) as live:
        live.progress.refresh()
    said = RICH.sub("", screen.getvalue()).replace("\r", "\n")
    assert "[/b][red]a[/red] ]0;owned :smile:.py" in said
    assert_only_text(said)


# --- names ---

NAMES = {
    "upwards": "../x",
    "up": "..",
    "here": ".",
    "absolute": "/tmp/x",
    "below another": "a/b",
    "empty": "",
    "an option": "-rf",
    "hidden": ".ssh",
    "a line break": "a\nb",
    "an escape code": "a\x1b[2J",
    "markup": "<b>a</b>",
    "a formula": "=1+1",
    "a template": "{{ 7*7 }}",
    "too long": "a" * 81,
    "reordering": "a\u202eb",
    "Windows": "a\\b",
    "a drive": "C:x",
}


@pytest.mark.parametrize("name", NAMES)
def test_no_hostile_name_of_a_student_is_taken(
    name: str, tmp_path: Path, grader: "Callable[..., tuple[int, str]]"
) -> None:
    (tmp_path / "lab.py").write_text("x = 1\n")
    code, said = grader(f"--student={NAMES[name]}", tmp_path / "lab.py")
    assert code == 2
    assert "cannot name a folder" in said
    assert_only_text(said)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lab.py"]


FILES = {
    "an escape code": "a\x1b]0;owned\x07",
    "a line break and an order": "b\n::error::owned",
    "reordering": "c\u202eyp",
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_name_in_a_sentence_is_only_text(
    name: str, tmp_path: Path, grader: "Callable[..., tuple[int, str]]"
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    for other in (FILES[name], "other"):
        (folder / f"{other}.py").write_text("print(1)\n")
    for arguments in ((folder,), (folder / "missing" / FILES[name],), (folder, FILES[name])):
        code, said = grader(*arguments)
        assert code == 2
        assert_only_text(said)


def test_a_file_name_that_is_no_text_ends_in_a_sentence(
    tmp_path: Path, grader: "Callable[..., tuple[int, str]]"
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/lab\xff.py"))
    path.write_text("x = 1\n")
    code, said = grader(path)
    assert code in (2, 3)
    assert "Traceback" not in said
    assert_only_text(said)


@pytest.mark.parametrize(
    "member", ["../escaped.py", "/tmp/escaped.py", "a/../../escaped.py", "C:\\e.py"]
)
def test_a_zip_cannot_name_a_place_outside(
    member: str, tmp_path: Path, grader: "Callable[..., tuple[int, str]]"
) -> None:
    (tmp_path / "in").mkdir()
    archive = tmp_path / "in" / "\x1b[2J..%2f.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(member, "x = 1\n")
    code, said = grader(archive)
    assert code == 2
    assert "would lie outside" in said
    assert_only_text(said)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.fixture
def grader(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capfd
) -> "Callable[..., tuple[int, str]]":
    """``grader check lab1`` in this process; returns its exit code and all that it said."""
    from grader.cli import main as cli

    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(cli, "_clean_when_stopped", lambda: None)  # signals stay pytest's

    def command(*arguments: object) -> tuple[int, str]:
        words = ["grader", "check", "lab1", *map(str, arguments), "--practice"]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as caught:
            cli.main()
        said = capfd.readouterr()
        assert [path for path in elsewhere.rglob("*") if path.is_file()] == []
        return int(str(caught.value.code)), said.out + said.err

    return command


def test_an_error_is_a_sentence_of_one_line() -> None:
    error = SubmissionError("a\nb\x1b[2J")
    assert plain(f"error: {error}") == "error: a b [2J"
