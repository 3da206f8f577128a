"""Epochs are counted right, however the loop is written."""

import programs
import pytest
import torch
from followed import Follow
from torch import nn


def test_each_pass_over_the_loader_is_an_epoch(follow: Follow) -> None:
    trace = follow(lambda: programs.ordinary(3)).trace
    assert trace["epochs"] == 3
    assert [one["training"] for one in trace["passes"]] == [True, False] * 3
    assert trace["passes"][0]["samples"] == 64
    assert trace["passes"][0]["steps"] == 4


def test_running_accuracy_and_loss_are_those_of_the_program(follow: Follow) -> None:
    own: list[tuple[float, float]] = []

    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(2):
            right, losses = 0, []
            for x, y in train:
                optimizer.zero_grad()
                output = model(x)
                loss = nn.functional.cross_entropy(output, y)
                loss.backward()
                optimizer.step()
                right += int((output.argmax(1) == y).sum())
                losses.append(loss.item())
            own.append((right / 64, sum(losses) / len(losses)))

    passes = follow(program).trace["passes"]
    assert [one["accuracy"] for one in passes] == [right for right, _ in own]
    assert [one["loss"] for one in passes] == pytest.approx([loss for _, loss in own])


def test_a_break_in_the_loop_still_ends_the_epoch(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(3):
            programs.train_epoch(model, train, optimizer, steps=3)

    assert follow(program).trace["epochs"] == 3


def test_a_short_extra_pass_is_no_epoch(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(2):
            programs.train_epoch(model, train, optimizer)
        programs.train_epoch(model, train, optimizer, steps=1)

    assert follow(program).trace["epochs"] == 2


def test_tensors_without_a_loader_count_by_validation_and_size(follow: Follow) -> None:
    def program() -> None:
        model = programs.mlp()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(4):
            model.train()
            for start in range(0, 64, 16):
                rows = slice(start, start + 16)
                programs.step(model, optimizer, rows)
            model.eval()
            with torch.no_grad():
                model(programs.IMAGES)

    assert follow(program).trace["epochs"] == 4


def test_tensors_without_a_loader_or_validation_count_by_size(follow: Follow) -> None:
    def program() -> None:
        model = programs.mlp()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for step in range(12):
            rows = slice(step % 4 * 16, step % 4 * 16 + 16)
            loss = nn.functional.cross_entropy(model(programs.IMAGES[rows]), programs.LABELS[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    assert follow(program).trace["epochs"] == 3


def test_validation_inside_an_epoch_does_not_split_it(follow: Follow) -> None:
    def program() -> None:
        model, (train, valid) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(2):
            for number, (x, y) in enumerate(train):
                model.train()
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(x), y).backward()
                optimizer.step()
                if number == 1:
                    programs.validate(model, valid)

    trace = follow(program).trace
    assert trace["epochs"] == 2
    assert [one["samples"] for one in trace["passes"] if one["training"]] == [64, 64]


def test_an_epoch_broken_off_in_its_first_half_does_not_count(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        programs.train_epoch(model, train, optimizer)
        for number, (x, y) in enumerate(train):
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
            if number == 0:
                raise RuntimeError("planned")

    followed = follow(program)
    assert followed.trace["epochs"] == 1
    assert (followed.folder / "final.safetensors").exists()


def test_a_program_that_dies_in_its_first_steps_has_no_epoch(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        x, y = next(iter(train))
        nn.functional.cross_entropy(model(x), y).backward()
        raise RuntimeError("planned")

    assert follow(program, train_size=64).trace["epochs"] == 0


def test_gradient_accumulation_counts_backward_calls_and_steps_apart(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for number, (x, y) in enumerate(train):
            nn.functional.cross_entropy(model(x), y).backward()
            if number % 2:
                optimizer.step()
                optimizer.zero_grad()

    only = follow(program).trace["passes"][0]
    assert (only["backwards"], only["steps"]) == (4, 2)


def test_an_accuracy_per_batch_does_not_split_an_epoch_without_loader(follow: Follow) -> None:
    def program() -> None:
        model = programs.mlp()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(3):
            for start in range(0, 64, 16):
                rows = slice(start, start + 16)
                programs.step(model, optimizer, rows)
                with torch.no_grad():
                    model(programs.IMAGES[rows])

    passes = follow(program).trace["passes"]
    assert [one["samples"] for one in passes if one["training"]] == [64, 64, 64]


def test_a_look_at_one_batch_of_a_loader_feeds_nothing(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        next(iter(train))
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(3):
            for start in range(0, 64, 4):
                rows = slice(start, start + 4)
                optimizer.zero_grad()
                output = model(programs.IMAGES[rows])
                nn.functional.cross_entropy(output, programs.LABELS[rows]).backward()
                optimizer.step()
            with torch.no_grad():
                model(programs.IMAGES)

    assert follow(program).trace["epochs"] == 3
