"""Gradients that were not thrown away in time, or too early, are counted exactly."""

from collections.abc import Callable, Iterable
from typing import Any

import programs
import pytest
import torch
from followed import Hear
from torch import nn

Zero = Callable[[nn.Module, torch.optim.Optimizer], Any]
STEPS = 8


def _set_none(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    for parameter in model.parameters():
        parameter.grad = None


def _fill(change: Callable[[torch.Tensor], Any]) -> Zero:
    def zero(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        for parameter in model.parameters():
            if parameter.grad is not None:
                change(parameter.grad)

    return zero


def _new(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad = torch.zeros_like(parameter)


HEARD: dict[str, Zero] = {
    "optimizer": lambda model, optimizer: optimizer.zero_grad(),
    "in place": lambda model, optimizer: optimizer.zero_grad(set_to_none=False),
    "module": lambda model, optimizer: model.zero_grad(),
}
BY_HAND: dict[str, Zero] = {
    "none": _set_none,
    "zero_": _fill(torch.Tensor.zero_),
    "data": _fill(lambda grad: grad.data.zero_()),
    "times nothing": _fill(lambda grad: grad.mul_(0)),
    "new": _new,
}
ALL = {**HEARD, **BY_HAND}


def _loss(model: nn.Module, batch: Iterable[torch.Tensor]) -> torch.Tensor:
    x, y = batch
    return nn.functional.cross_entropy(model(x), y)


def _training(hear: Hear, loop: Callable[..., Any], model: nn.Module | None = None) -> Any:
    """What ``loop`` leaves as signs; it is called with model, optimizer and batch."""

    def program() -> None:
        trained, (train, _) = model or programs.mlp(), programs.loaders()
        optimizer = torch.optim.SGD(trained.parameters(), 0.1)
        for _ in range(2):
            for batch in train:
                loop(trained, optimizer, batch)

    return hear(program)


@pytest.mark.parametrize("zero", ALL.values(), ids=ALL)
def test_whoever_zeroes_before_each_backward_carries_nothing(hear: Hear, zero: Zero) -> None:
    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        loss = _loss(model, batch)
        zero(model, optimizer)
        loss.backward()
        optimizer.step()

    signs = _training(hear, loop)
    assert (signs["carried"], signs["lost_gradients"], signs["empty_steps"]) == (0, 0, 0)
    assert signs["order"].endswith("FLZBS" * (STEPS - 1))


@pytest.mark.parametrize("zero", ALL.values(), ids=ALL)
def test_whoever_zeroes_after_each_step_carries_nothing(hear: Hear, zero: Zero) -> None:
    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        _loss(model, batch).backward()
        optimizer.step()
        zero(model, optimizer)

    signs = _training(hear, loop)
    assert (signs["carried"], signs["lost_gradients"]) == (0, 0)


@pytest.mark.parametrize("clipped", [False, True])
def test_whoever_never_zeroes_carries_in_every_step_but_the_first(
    hear: Hear, clipped: bool
) -> None:
    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        _loss(model, batch).backward()
        if clipped:
            nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()

    signs = _training(hear, loop)
    assert (signs["carried"], signs["lost_gradients"]) == (STEPS - 1, 0)
    assert signs["order"] == "FLBS" * STEPS


def test_zeroing_once_per_epoch_is_not_enough(hear: Hear) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(3):
            optimizer.zero_grad()
            for batch in train:
                _loss(model, batch).backward()
                optimizer.step()

    assert hear(program)["carried"] == 3 * 3


@pytest.mark.parametrize("zero", ALL.values(), ids=ALL)
def test_gathering_gradients_over_several_batches_carries_nothing(hear: Hear, zero: Zero) -> None:
    count = iter(range(STEPS))

    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        (_loss(model, batch) / 2).backward()
        if next(count) % 2:
            optimizer.step()
            zero(model, optimizer)

    signs = _training(hear, loop)
    assert (signs["carried"], signs["lost_gradients"], signs["empty_steps"]) == (0, 0, 0)


@pytest.mark.parametrize("zeroed", [True, False])
def test_two_optimizers_of_one_model_are_told_apart(hear: Hear, zeroed: bool) -> None:
    """The second is forgotten where ``zeroed`` is false."""

    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        first = torch.optim.SGD(model[1].parameters(), 0.1)
        second = torch.optim.Adam(model[3].parameters())
        for batch in train:
            loss = _loss(model, batch)
            first.zero_grad()
            if zeroed:
                second.zero_grad()
            loss.backward()
            first.step()
            second.step()

    signs = hear(program)
    assert signs["carried"] == (0 if zeroed else 3)
    assert (signs["lost_gradients"], signs["empty_steps"], signs["optimizers"]) == (0, 0, 2)
    assert signs["owned"] == "all"


def test_two_models_trained_by_turns_carry_nothing(hear: Hear) -> None:
    def program() -> None:
        models, (train, _) = (programs.mlp(), programs.mlp()), programs.loaders()
        optimizers = [torch.optim.SGD(model.parameters(), 0.1) for model in models]
        for batch in train:
            for model, optimizer in zip(models, optimizers, strict=True):
                optimizer.zero_grad()
                _loss(model, batch).backward()
                optimizer.step()

    signs = hear(program)
    assert (signs["carried"], signs["lost_gradients"], signs["rebuilt"]) == (0, 0, 0)


@pytest.mark.parametrize("zeroed", [True, False])
def test_a_gradient_scaler_hides_nothing(hear: Hear, zeroed: bool) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        scaler = torch.amp.GradScaler("cpu", init_scale=128.0)
        for batch in train:
            if zeroed:
                optimizer.zero_grad()
            scaler.scale(_loss(model, batch)).backward()
            scaler.step(optimizer)
            scaler.update()

    signs = hear(program)
    assert signs["carried"] == (0 if zeroed else 3)
    assert (signs["lost_gradients"], signs["empty_steps"]) == (0, 0)
    assert all(0.5 < loss < 3 for loss in signs["losses"])


@pytest.mark.parametrize("zero", ALL.values(), ids=ALL)
def test_gradients_zeroed_between_backward_and_step_are_lost(hear: Hear, zero: Zero) -> None:
    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        _loss(model, batch).backward()
        zero(model, optimizer)
        optimizer.step()

    signs = _training(hear, loop)
    # By hand, the first step is the first that is known of the parameters.
    assert signs["lost_gradients"] == (STEPS if zero in HEARD.values() else STEPS - 1)
    assert signs["carried"] == 0
    if zero is HEARD["optimizer"]:
        assert signs["empty_steps"] == STEPS
        assert signs["order"] == "FLBZS" * STEPS


def test_a_step_before_backward_uses_nothing(hear: Hear) -> None:
    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        optimizer.zero_grad()
        loss = _loss(model, batch)
        optimizer.step()
        loss.backward()

    signs = _training(hear, loop)
    assert signs["order"] == "ZFLSB" * STEPS
    assert signs["empty_steps"] == STEPS
    assert signs["lost_gradients"] == STEPS - 1


def test_backward_without_any_step_loses_each(hear: Hear) -> None:
    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        optimizer.zero_grad()
        _loss(model, batch).backward()

    signs = _training(hear, loop)
    assert signs["order"] == "ZFLB" * STEPS
    assert (signs["lost_gradients"], signs["empty_steps"]) == (STEPS - 1, 0)


def test_steps_without_backward_are_empty(hear: Hear) -> None:
    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        optimizer.zero_grad()
        _loss(model, batch)
        optimizer.step()

    signs = _training(hear, loop)
    assert signs["order"] == "ZFLS" * STEPS
    assert signs["empty_steps"] == STEPS


def test_neurons_that_are_dead_do_not_look_like_gradients_zeroed_by_hand(hear: Hear) -> None:
    model = programs.mlp()
    with torch.no_grad():
        model[1].bias.fill_(-1000)

    def loop(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Any) -> None:
        _loss(model, batch).backward()
        optimizer.step()

    signs = _training(hear, loop, model)
    assert signs["carried"] == STEPS - 1
    assert signs["order"] == "FLBS" * STEPS
