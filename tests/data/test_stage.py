"""A submission sees data files, and nothing that lies beside them."""

from pathlib import Path

from data_files import write_mnist

from grader.data import locate
from grader.data.stage import public_folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_folder_of_data_files_is_shown_as_it_is(tmp_path: Path) -> None:
    write_mnist(tmp_path / "data", 20, 20)
    data = locate.load("mnist", tmp_path / "data", practice=False)
    assert public_folder(data, tmp_path / "staged", kaggle=False) == tmp_path / "data"


def test_what_lies_beside_the_data_is_not_shown(tmp_path: Path) -> None:
    write_mnist(tmp_path / "data", 20, 20)
    before = names(tmp_path / "data")
    for name in ("rubrics/lab1.yaml", "holdout/labels.csv", "MNIST/raw/notes.txt"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_text("secret")
    data = locate.load("mnist", tmp_path / "data", practice=False)
    shown = public_folder(data, tmp_path / "staged", kaggle=False)
    assert names(shown) == before
    assert locate.load("mnist", shown, practice=False).train.labels.tolist() == [*data.train.labels]
