"""What is sampled of a pass stands for all of it, within bounds."""

import random

import torch

from grader.probe.samples import BATCHES, MAX_VALUES, ROWS, Stream


def fed(stream, passes, batches, batch=32, values=4):
    """Feed passes of numbered rows: every value of a row is its place in the pass."""
    for _ in range(passes):
        for number in range(batches):
            place = stream.draw(new_pass=number == 0)
            if place is not None:
                rows = torch.arange(number * batch, (number + 1) * batch, dtype=torch.float32)
                stream.keep(rows[:, None].expand(-1, values), rows.long(), place)
    return stream


def places(stream):
    """Where in its pass each sampled row stood."""
    return stream.tensors("train")["train_inputs"][:, 0]


def test_the_sample_comes_from_all_of_a_pass_and_not_from_its_beginning():
    stream = fed(Stream(random.Random(3)), passes=2, batches=1000)
    found = places(stream)
    assert ROWS * 0.8 <= len(found) <= ROWS
    assert found.median() > 32 * 1000 / 5
    assert (found > 32 * 900).any()
    assert (found < 32 * 300).any()


def test_targets_stay_with_their_rows():
    stream = fed(Stream(random.Random(0)), passes=3, batches=200)
    kept = stream.tensors("train")
    assert torch.equal(kept["train_inputs"][:, 0].long(), kept["train_targets"])


def test_rows_of_one_large_batch_are_drawn_from_all_of_it():
    found = places(fed(Stream(random.Random(0)), passes=1, batches=1, batch=60_000))
    assert len(found) == ROWS // 2
    assert found.max() > 50_000


def test_a_single_image_later_does_not_replace_what_a_pass_has_shown():
    stream = fed(Stream(random.Random(0)), passes=2, batches=100)
    before = places(stream)
    fed(stream, passes=1, batches=1, batch=1)
    assert torch.equal(places(stream), before)


def test_however_large_the_inputs_are_the_sample_stays_small():
    values = MAX_VALUES // 10
    stream = fed(Stream(random.Random(0)), passes=2, batches=2 * BATCHES, batch=4, values=values)
    assert stream.tensors("train")["train_inputs"].numel() <= 2 * BATCHES * values
    assert all(len(rows) == 1 for rows, _ in stream.latest)


def test_the_same_seed_samples_the_same():
    one, other = (fed(Stream(random.Random(7)), passes=2, batches=300) for _ in range(2))
    assert torch.equal(places(one), places(other))
