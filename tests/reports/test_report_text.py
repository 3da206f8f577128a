"""Text from a submission becomes safe to look at."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.text import lines, loss, number, percent, seconds, visible


@pytest.mark.parametrize(
    "coloured",
    [
        "\x1b[0;31mred\x1b[0m",
        "\x1b[38;2;1;2;3mred",
        "\x9b31mred",
        "\x1b]8;;http://evil.example\x07red\x1b]8;;\x07",
        "\x1b]0;title\x1b\\red",
        "\x1bPq#0;2\x1b\\red",
        "\x1b(Bred\x1b7",
        "red\x1b",
    ],
)
def test_terminal_codes_are_removed(coloured):
    assert visible(coloured) == "red"


@pytest.mark.parametrize(
    "code", ["\x1b]0;", "\x9d", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b]8;;"]
)
def test_a_code_without_an_end_does_not_hide_what_we_say_after_it(code):
    assert visible(f"'{code}' was not measured").endswith(" was not measured")


def test_a_text_of_beginnings_alone_takes_no_time():
    began = time.process_time()
    for code in ("\x1b]", "\x9d", "\x1bP", "\x1b[", "\x9b"):
        visible(code * 12_000)
    assert time.process_time() - began < 2


def test_characters_that_reorder_or_hide_are_shown():
    assert visible("a\u202eb\u2066c\u200bd\u0000e\ufeff") == (
        "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200B⟩d⟨U+0000⟩e⟨U+FEFF⟩"
    )
    assert visible("\ud800") == "⟨U+D800⟩"


def test_ordinary_writing_stays_as_it_is():
    for word in ("Zoë", "\u0646\u0645\u06cc\u200c\u062e", "王小明", "👩\u200d🔬", "a\n\tb"):
        assert visible(word) == word


def test_long_text_is_cut_and_says_so():
    assert visible("x" * 100, 10) == "x" * 9 + "…"
    assert visible("x" * 10, 10) == "x" * 10


@given(st.text(alphabet=st.characters(), max_size=200))
def test_nothing_invisible_is_ever_left(text):
    shown = visible(text, 150)
    assert len(shown) <= 150
    assert all(
        character in "\n\t\u200c\u200d" or unicodedata.category(character)[0] != "C"
        for character in shown
    )


def test_of_a_long_traceback_the_beginning_and_the_end_are_kept():
    kept = lines("\n".join(f"line {i}" for i in range(1000)))
    assert kept[0] == "line 0"
    assert kept[-1] == "line 999"
    assert kept[60] == "… 820 lines left out …"
    assert len(kept) == 181


def test_a_near_miss_is_not_rounded_up_to_all():
    assert percent(0.99996) == "99.9\u00a0%"
    assert percent(0.996, 0) == "99\u00a0%"
    assert percent(1.0) == "100.0\u00a0%"
    assert percent(None) == "—"


def test_figures_are_written_as_people_do():
    assert [number(value) for value in (2.0, 2.5, 12345, 0.125)] == ["2", "2.5", "12,345", "0.12"]
    assert [loss(value) for value in (0.00421, 23.5567, None)] == ["0.0042", "23.56", "—"]
    assert [seconds(value) for value in (0.42, 48.2, 423.0)] == [
        "0.4\u00a0s",
        "48\u00a0s",
        "7\u00a0min 3\u00a0s",
    ]
