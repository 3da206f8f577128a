"""What a job leaves is measured and made plain in its own folders, whatever it swaps meanwhile."""

import os
import pkgutil
import stat
import sys

import pytest

from grader.sandbox import outbox as outboxes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is isolated")
MIB = 1024 * 1024


@pytest.fixture
def outside(tmp_path):
    """A folder of somebody else's: a large file and a closed folder, in a folder that is closed."""
    folder = tmp_path / "outside"
    (folder / "below").mkdir(parents=True)
    for place in (folder, folder / "below"):
        (place / "large").write_bytes(bytes(4 * MIB))
        (place / "large").chmod(0o600)
    yield folder
    folder.chmod(0o700)


@pytest.fixture
def swapped(outbox, outside, monkeypatch):
    """``swapped(function, name)``: after ``function`` met ``name``, a link takes its place."""

    def swap(function, name):
        usual = pkgutil.resolve_name(f"grader.sandbox.outbox:{function}")

        def call(what, *others, **options):
            done = usual(what, *others, **options)
            met = what.name if isinstance(what, os.DirEntry) else os.path.basename(what)
            if met == name and not (outbox / "moved").exists():
                (outbox / "folder").rename(outbox / "moved")
                (outbox / "folder").symlink_to(outside)
            return done

        monkeypatch.setattr(f"grader.sandbox.outbox.{function}", call)

    (outbox / "folder" / "below" / "deep").mkdir(parents=True)
    (outbox / "folder" / "below" / "small").write_bytes(bytes(MIB))
    return swap


def modes(folder):
    return {path: stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}


@pytest.mark.parametrize("name", ["folder", "below", "deep"])
def test_a_link_in_the_place_of_a_folder_leads_the_watcher_nowhere(outbox, swapped, name):
    swapped("_size", name)
    assert outboxes.excess(outbox, 3) is None
    assert (outbox / "folder").is_symlink()


def test_what_is_in_a_folder_that_was_moved_away_meanwhile_counts(outbox, swapped):
    (outbox / "folder" / "below" / "deep" / "large").write_bytes(bytes(4 * MIB))
    swapped("_size", "below")
    assert "more than the 3 MB" in outboxes.excess(outbox, 3)


@pytest.mark.parametrize("name", ["folder", "below", "deep"])
def test_tidying_changes_nothing_outside(outbox, outside, swapped, name):
    before = modes(outside)
    swapped("_own", name)
    outboxes.tidy(outbox, outbox.stat())
    assert (outbox / "moved").is_dir()
    assert modes(outside) == before


@pytest.mark.parametrize("name", ["folder", "below"])
def test_handing_over_gives_nothing_outside_away(outbox, outside, swapped, monkeypatch, name):
    given = []

    def chown(path, *_, **__):
        folder, name = os.path.split(path)
        given.append(os.path.join(os.path.realpath(folder), name))

    monkeypatch.setattr(outboxes.os, "chown", chown)
    swapped("os.chown", name)
    outboxes.hand_over(outbox, 12345)
    assert (outbox / "moved").is_dir()
    assert not [path for path in given if path.startswith(str(outside))]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder as it is")
@pytest.mark.parametrize("mode", [0, 0o300, 0o400, 0o600])
def test_a_folder_that_was_closed_is_counted_all_the_same(outbox, mode):
    (outbox / "closed").mkdir()
    (outbox / "closed" / "large").write_bytes(bytes(4 * MIB))
    (outbox / "closed").chmod(mode)
    assert "more than the 3 MB" in outboxes.excess(outbox, 3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder as it is")
def test_no_folder_outside_is_opened_up(outbox, outside, swapped):
    for place in (outside / "below", outside, outbox / "folder" / "below"):
        place.chmod(0)
    swapped("_size", "below")
    outboxes.excess(outbox, 3)
    assert stat.S_IMODE(outside.stat().st_mode) == 0
    outside.chmod(0o700)
    assert stat.S_IMODE((outside / "below").stat().st_mode) == 0


def test_a_walk_that_ends_early_leaves_no_descriptor_open(outbox):
    (outbox / "one" / "two" / "three").mkdir(parents=True)
    before = os.listdir("/proc/self/fd")
    assert outboxes.overfull([outbox], 0, 3, 1) is not None
    assert os.listdir("/proc/self/fd") == before


def test_a_folder_deeper_than_allowed_is_removed_where_it_lies(outbox, outside):
    deepest = outbox.joinpath(*"abcdefgh")
    (deepest / "i" / "j").mkdir(parents=True)
    (deepest / "link").symlink_to(outside)
    outboxes.tidy(outbox, outbox.stat())
    assert list(deepest.iterdir()) == []
    assert (outside / "large").exists()
