"""Imports what people really have."""

import contextlib
import gzip
import io
import os
import zipfile

import numpy as np
import pytest
from data_files import csv, idx, some_images, write_asl, write_mnist

from grader.data.checksums import OFFICIAL_MD5, md5
from grader.data.importer import import_path
from grader.data.places import data_folder
from grader.data.readers import READERS
from grader.errors import DataError

MNIST = [name for name in OFFICIAL_MD5 if name.startswith("MNIST")]
KAGGLE = np.array([label for label in range(25) if label != 9])


@pytest.fixture
def target(tmp_path):
    return tmp_path / "target"


def files(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def archive(path, **contents):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return path


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_torchvisions_folder_is_taken_as_it_is(tmp_path, target):
    source = write_mnist(tmp_path / "torchvision")
    assert import_path(source, target) == sorted(MNIST)
    for split in ("train", "valid"):
        assert same(READERS["mnist"](source, split), READERS["mnist"](target, split))


def test_packed_idx_files_are_unpacked(tmp_path, target):
    source = write_mnist(tmp_path / "plain")
    packed = tmp_path / "packed"
    packed.mkdir()
    for path in source.rglob("*-ubyte"):
        (packed / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert import_path(packed, target) == sorted(MNIST)
    assert same(READERS["mnist"](source, "train"), READERS["mnist"](target, "train"))


def test_one_file_can_be_imported_alone(tmp_path, target):
    source = write_mnist(tmp_path / "plain")
    labels = source / "MNIST/raw/t10k-labels-idx1-ubyte"
    assert import_path(labels, target) == ["MNIST/raw/t10k-labels-idx1-ubyte"]


def test_kaggles_archive_gets_the_courses_names_and_labels(tmp_path, target):
    images = some_images(24)
    source = archive(
        tmp_path / "archive.zip",
        sign_mnist_train__sign_mnist_train_DOT_csv=csv(KAGGLE, images),
        sign_mnist_test_DOT_csv=csv(KAGGLE, images),
        amer_sign2_DOT_png=b"\x89PNG",
        __MACOSX__x=b"",
    )
    assert import_path(source, target) == [
        "asl_data/sign_mnist_train.csv",
        "asl_data/sign_mnist_valid.csv",
    ]
    assert files(target) == sorted(set(import_path(source, target)))
    for split in ("train", "valid"):
        assert same(READERS["asl"](target, split), (images, np.arange(24)))


def test_the_courses_files_are_written_as_they_were(tmp_path, target):
    source = write_asl(tmp_path / "course")
    import_path(source, target)
    for name in ("train", "valid"):
        file = f"asl_data/sign_mnist_{name}.csv"
        assert (target / file).read_bytes() == (source / file).read_bytes()


def test_line_ends_and_marks_are_normalised(tmp_path, target):
    images = some_images(2)
    path = tmp_path / "sign_mnist_valid.csv"
    path.write_bytes(b"\xef\xbb\xbf" + csv([3, 4], images, end="\r\n"))
    import_path(path, target)
    assert (target / "asl_data/sign_mnist_valid.csv").read_bytes() == csv([3, 4], images)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["train", "valid"])
def test_rewriting_the_published_csv_gives_the_published_bytes(target, name):
    file = f"asl_data/sign_mnist_{name}.csv"
    import_path(data_folder() / file, target)
    assert md5(target / file) == OFFICIAL_MD5[file]


def test_one_damaged_file_leaves_everything_as_it_was(tmp_path, target):
    import_path(write_mnist(tmp_path / "first", train=3, valid=2), target)
    before = {name: (target / name).read_bytes() for name in files(target)}
    second = write_mnist(tmp_path / "second")
    broken = second / "MNIST/raw/train-labels-idx1-ubyte"
    broken.write_bytes(broken.read_bytes()[:-1])
    with pytest.raises(DataError, match="train-labels-idx1-ubyte is cut short"):
        import_path(second, target)
    assert {name: (target / name).read_bytes() for name in files(target)} == before


def test_an_import_leaves_no_temporary_files(tmp_path, target):
    import_path(write_mnist(tmp_path / "source"), target)
    assert files(target) == sorted(MNIST)


def refused(source, target):
    with pytest.raises(DataError) as caught:
        import_path(source, target)
    assert not target.exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nothing_there_is_said(tmp_path, target):
    assert "there is nothing at" in refused(tmp_path / "missing", target)


def test_what_holds_no_data_lists_what_was_looked_for(tmp_path, target):
    (tmp_path / "notes.txt").write_text("hello")
    for source in (tmp_path, tmp_path / "notes.txt"):
        text = refused(source, target)
        assert "train-images-idx3-ubyte" in text
        assert "sign_mnist_test.csv" in text


def test_a_web_page_named_like_data_is_refused(tmp_path, target):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(b"<html>404</html>")
    assert "get the file again" in refused(path, target)


def test_a_file_packed_twice_says_so(tmp_path, target):
    content = idx(some_images(2))
    path = archive(
        tmp_path / "mnist.zip", **{"train-images-idx3-ubyte_DOT_gz": gzip.compress(content)}
    )
    assert "unpack it once" in refused(path, target)


def broken_zip(tmp_path):
    path = archive(tmp_path / "a.zip", sign_mnist_train_DOT_csv=csv([1] * 9, some_images(9)))
    content = bytearray(path.read_bytes())
    content[80:400] = bytes(320)
    path.write_bytes(bytes(content))
    return path


def encrypted_zip(tmp_path):
    path = archive(tmp_path / "a.zip", sign_mnist_train_DOT_csv=b"x")
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    path.write_bytes(bytes(content))
    return path


@pytest.mark.parametrize("make", [broken_zip, encrypted_zip])
def test_an_archive_that_cannot_be_unpacked_is_refused(tmp_path, target, make):
    assert "cannot be unpacked" in refused(make(tmp_path), target)


def test_every_way_of_damaging_an_archive_is_refused_or_harmless(tmp_path, target):
    whole = archive(tmp_path / "a.zip", sign_mnist_train_DOT_csv=csv([1], some_images(1)))
    content = whole.read_bytes()
    for position in range(0, len(content), 7):
        damaged = tmp_path / "damaged.zip"
        damaged.write_bytes(content[:position] + b"\xff\x00\xff" + content[position + 3 :])
        with contextlib.suppress(DataError):
            import_path(damaged, target)


def test_a_target_that_cannot_be_written_is_said(tmp_path):
    source = write_mnist(tmp_path / "source")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="cannot be written"):
        import_path(source, tmp_path / "file" / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_target_without_rights_is_said(tmp_path, target):
    target.mkdir(mode=0o500)
    with pytest.raises(DataError, match="cannot be written"):
        import_path(write_mnist(tmp_path / "source"), target)


def test_a_member_that_claims_to_be_huge_is_not_unpacked(tmp_path, target, monkeypatch):
    from grader.data import importer

    monkeypatch.setattr(importer, "MAX_BYTES", 10)
    path = archive(tmp_path / "a.zip", sign_mnist_train_DOT_csv=b"x" * 100)
    assert "far too large" in refused(path, target)


def test_names_in_an_archive_cannot_lead_out_of_the_target(tmp_path, target):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("../../sign_mnist_train.csv", csv([1], some_images(1)))
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    assert import_path(tmp_path / "a.zip", target) == ["asl_data/sign_mnist_train.csv"]
    assert files(target) == ["asl_data/sign_mnist_train.csv"]


def test_archives_in_a_folder_are_looked_into(tmp_path, target):
    images = some_images(24)
    folder = tmp_path / "Downloads"
    (folder / "labs").mkdir(parents=True)
    archive(folder / "labs/archive.ZIP", sign_mnist_train_DOT_csv=csv(KAGGLE, images))
    archive(folder / "other.zip", notes_DOT_txt=b"hello")
    (folder / "broken.zip").write_bytes(b"PK, but not more")
    write_mnist(folder)
    assert import_path(folder, target) == [*sorted(MNIST), "asl_data/sign_mnist_train.csv"]


def test_an_archive_in_an_archive_is_left_alone(tmp_path, target):
    inner = archive(tmp_path / "inner.bin", sign_mnist_train_DOT_csv=csv([1], some_images(1)))
    folder = tmp_path / "folder"
    folder.mkdir()
    archive(folder / "outer.zip", inner_DOT_zip=inner.read_bytes())
    assert "holds none of the files" in refused(folder, target)


def test_what_lies_unpacked_beside_an_archive_is_what_counts(tmp_path, target):
    folder = tmp_path / "folder"
    folder.mkdir()
    archive(folder / "z.zip", sign_mnist_valid_DOT_csv=csv([1], some_images(1)))
    unpacked = csv([2], some_images(1, seed=1))
    (folder / "sign_mnist_valid.csv").write_bytes(unpacked)
    assert import_path(folder, target) == ["asl_data/sign_mnist_valid.csv"]
    assert (target / "asl_data/sign_mnist_valid.csv").read_bytes() == unpacked


@pytest.fixture
def published(tmp_path, target, monkeypatch):
    """A source of published files that are already imported."""
    source = write_mnist(tmp_path / "published", train=3, valid=2)
    for file in MNIST:
        monkeypatch.setitem(OFFICIAL_MD5, file, md5(source / file))
    import_path(source, target)
    return source


def test_published_files_are_not_replaced_by_others(tmp_path, target, published):
    before = {name: (target / name).read_bytes() for name in files(target)}
    other = write_mnist(tmp_path / "other", train=4, valid=2)
    with pytest.raises(DataError, match="--replace") as caught:
        import_path(other, target)
    assert "\n" not in str(caught.value)
    assert {name: (target / name).read_bytes() for name in files(target)} == before


def test_published_files_are_replaced_by_themselves_or_when_that_is_said(
    tmp_path, target, published
):
    assert import_path(published, target) == sorted(MNIST)
    other = write_mnist(tmp_path / "other", train=4, valid=2)
    assert import_path(other, target, replace=True) == sorted(MNIST)
    assert len(READERS["mnist"](target, "train")[1]) == 4
    assert import_path(published, target) == sorted(MNIST)


def test_a_damaged_member_is_a_damaged_archive_however_it_is_packed(tmp_path, target):
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
        path = tmp_path / "archive.zip"
        content = csv(np.arange(24), some_images(24))
        with zipfile.ZipFile(path, "w", method) as made:
            made.writestr("sign_mnist_train.csv", content)
        assert import_path(path, target)
        whole = path.read_bytes()
        for at in range(60, 120, 7):
            path.write_bytes(whole[:at] + bytes(8) + whole[at + 8 :])
            with pytest.raises(DataError, match="cannot be unpacked"):
                import_path(path, target)


def test_a_part_of_an_archive_in_several_is_a_damaged_one(tmp_path, target):
    path = archive(tmp_path / "archive.zip", sign_mnist_train_DOT_csv=b"x")
    locator = b"PK\6\7" + bytes(12) + (3).to_bytes(4, "little")
    path.write_bytes(path.read_bytes()[:-22] + locator + path.read_bytes()[-22:])
    for source in (path, tmp_path):
        with pytest.raises(DataError, match="cannot be unpacked"):
            import_path(source, target)


def test_what_may_ask_for_any_amount_of_memory_is_not_unpacked(tmp_path, target):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("sign_mnist_train.csv", csv(np.arange(24), some_images(24)))
    with pytest.raises(DataError, match="is packed in an unusual way"):
        import_path(path, target)
