"""The confusion matrix as a table and in sentences."""

from grader.reports.confusion import heatmap, most_confused

MATRIX = ((90, 10, 0), (0, 50, 0), (5, 15, 80))


def test_the_pairs_mixed_up_most_come_first():
    found = most_confused(MATRIX, "ABC")
    assert [(p.actual, p.predicted, p.count, p.total) for p in found] == [
        ("C", "B", 15, 100),
        ("A", "B", 10, 100),
        ("C", "A", 5, 100),
    ]
    assert found[0].share == "15\u00a0%"


def test_rows_are_coloured_by_their_share():
    found = heatmap(MATRIX, "ABC")
    assert [[cell.level for cell in line.cells] for line in found.lines] == [
        [8, 1, 0],
        [0, 9, 0],
        [1, 1, 7],
    ]
    assert [line.right for line in found.lines] == ["90\u00a0%", "100\u00a0%", "80\u00a0%"]
    assert (found.images, found.wrong) == (250, 30)


def test_outputs_beyond_the_classes_show_only_where_used():
    found = heatmap(((5, 0, 0, 1), (0, 5, 0, 0), (0, 0, 0, 0)), "AB")
    assert found.names == ("A", "B", "output 3")
    assert [line.name for line in found.lines] == ["A", "B"]
    assert most_confused(((5, 0, 0, 1), (0, 5, 0, 0)), "AB")[0].predicted == "output 3"


def test_a_class_without_images_is_no_error():
    assert heatmap(((0, 0), (0, 3)), "AB").lines[0].right == "—"
    assert heatmap((), "AB").images == 0


def test_too_many_classes_are_no_table_but_still_sentences():
    size = 60
    matrix = [
        [int(row == column) or int(row == 0) for column in range(size)] for row in range(size)
    ]
    found = heatmap(matrix, [str(i) for i in range(size)])
    assert found.lines == ()
    assert len(found.pairs) == 3
