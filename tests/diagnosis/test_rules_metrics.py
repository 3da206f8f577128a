"""What a program prints of its accuracy; right counting is right however it is written."""

import pytest
from builders import baseline, training_pass
from trained import crashed, run, suspicions, told, validation

from grader.diagnosis import diagnose, load_wording

HEARD = {"passes": (training_pass(1, accuracy=0.95, samples=6000), validation(1, accuracy=0.96))}
COUNT = "        correct += (output.argmax(dim=1) == y).sum().item()\n    print"


@pytest.mark.parametrize("printed", [0.98, 0.96, 0.975, 0.955])
def test_an_accuracy_of_any_epoch_is_right(printed: float) -> None:
    assert suspicions(run(heard=HEARD, printed={"valid_accuracy": printed})) == []


def test_an_accuracy_that_fits_no_count_is_not_explained() -> None:
    assert suspicions(run(heard=HEARD, printed={"valid_accuracy": 0.55})) == []


def test_argmax_of_one_picture_is_right() -> None:
    last = "    validate()\n"
    single = (last, last + "print(model(x[:1]).argmax(), out[0].argmax(0))\n")
    assert suspicions(run(single, heard=HEARD, printed={"valid_accuracy": 0.98})) == []


def test_argmax_of_one_picture_does_not_hide_a_wrong_count() -> None:
    wrong = "print(correct / len(valid_loader))\nbest = model(picture).argmax()\nprint(best)"
    found = run(
        ("print(correct / len(valid_set))", wrong), heard=HEARD, printed={"valid_accuracy": 0.3136}
    )
    assert told(found) == ["accuracy-wrong-count"]


@pytest.mark.parametrize(
    ("count", "more"),
    [
        ("best = output.argmax(dim=0)\n        correct += best.eq(y).sum().item()", ""),
        ("correct += accuracy(predict(output), y)", "    best = x.argmax(0)\n    return best"),
        ("correct += (predict(output) == y).sum()", "    return x.argmax(0)"),
        ("_, best = output.max(0)\n        seen.append(best)\n        report(seen == y)", ""),
    ],
)
def test_what_is_compared_with_labels_is_found_through_names_and_functions(
    count: str, more: str
) -> None:
    right = "correct += (output.argmax(dim=1) == y).sum().item()"
    end = "for epoch in range(5):\n"
    changes = ((COUNT, COUNT.replace(right, count)), (end, f"def predict(x):\n{more}\n\n{end}"))
    found = run(*(changes if more else changes[:1]), heard=HEARD, printed={"train_accuracy": 0.08})
    assert told(found) == ["argmax-wrong-axis"]


@pytest.mark.parametrize("written", ["argmax(0)", "argmax(dim=0)", "argmax(axis=0)", "max(0)[1]"])
def test_the_axis_is_read_however_it_is_written(written: str) -> None:
    change = (COUNT, COUNT.replace("argmax(dim=1)", written))
    assert told(run(change, heard=HEARD, printed={"train_accuracy": 0.08})) == ["argmax-wrong-axis"]


def test_the_axis_of_a_function_is_its_second_argument() -> None:
    right = (COUNT, COUNT.replace("output.argmax(dim=1)", "torch.argmax(output, 1)"))
    wrong = (COUNT, COUNT.replace("output.argmax(dim=1)", "torch.max(output, 0)[1]"))
    assert suspicions(run(right, heard=HEARD, printed={"train_accuracy": 0.08})) == []
    assert told(run(wrong, heard=HEARD, printed={"train_accuracy": 0.08})) == ["argmax-wrong-axis"]


def test_sizes_that_differ_somewhere_else_are_not_argmax() -> None:
    message = "The size of tensor a (10) must match the size of tensor b (32) at dimension 0"
    assert told(crashed(message=message, line=19)) == []
    other = (COUNT, COUNT.replace("dim=1", "dim=0"))
    assert told(crashed(other, message=message, line=5)) == []


def test_a_program_that_prints_nothing_is_not_told_how_to_count() -> None:
    assert suspicions(run(("len(valid_set)", "len(valid_loader)"), heard=HEARD)) == []


def test_right_answers_of_a_batch_are_no_percentage() -> None:
    found = run(
        ("correct / len(valid_set)", "correct / len(valid_loader)"),
        heard=HEARD,
        printed={"valid_accuracy": 0.3136},
    )
    (one,) = diagnose(found, baseline(), load_wording())
    assert "prints a validation accuracy of 31.36; it is 0.980." in one.explanation


def test_labels_that_were_made_a_column_are_to_be_compared_as_they_are() -> None:
    counts = COUNT.replace("argmax(dim=1)", "argmax(dim=0)")
    changes = {"== y": "== y.unsqueeze(1)", "dim=0)": "dim=0, keepdim=True)"}
    texts = [counts]
    for old, new in changes.items():
        texts.append(texts[-1].replace(old, new))
    fixes = []
    for text in texts:
        found = run((COUNT, text), heard=HEARD, printed={"train_accuracy": 0.3})
        fixes.append(diagnose(found, baseline(), load_wording())[0].fix)
    wrong = "Write dim=1 in place of dim=0 there."
    assert fixes == [
        wrong,
        f"{wrong} Then write y in place of y.unsqueeze(1) (line 19 of lab.py).",
        wrong,
    ]
