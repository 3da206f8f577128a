"""Which of several models is graded, and that nothing afterwards costs what a training has left."""

import programs
import pytest
import torch
from followed import Follow, Followed
from torch import nn
from torch.nn import functional


def graded(followed: Followed) -> list[bool]:
    """For each model that was trained, whether it took the place of those before."""
    return [model["graded"] for model in followed.trace["models"]]


def test_a_gradient_through_a_part_of_the_model_costs_nothing(follow: Follow) -> None:
    def program() -> None:
        model = programs.ordinary(3)
        features = nn.Sequential(*list(model.children())[:-1])
        for _ in range(2):
            features(programs.IMAGES).sum().backward()

    followed = follow(program)
    assert followed.trace["epochs"] == 3
    assert followed.graph["train"]["nodes"][-1]["target"] == "aten.linear.default"
    assert graded(followed) == [True]


def test_a_few_steps_of_another_model_cost_nothing(follow: Follow) -> None:
    def program() -> None:
        programs.ordinary(3)
        other = programs.mlp()
        optimizer = torch.optim.Adam(other.parameters())
        programs.step(other, optimizer, slice(0, 8))

    followed = follow(program)
    assert followed.trace["epochs"] == 3
    assert "epoch-00003" in followed.trace["snapshots"]


def test_a_whole_training_of_another_kind_of_model_does_not_replace_the_right_one(
    follow: Follow,
) -> None:
    def program() -> None:
        programs.ordinary(2, nn.Sequential(nn.Flatten(), nn.Linear(784, 5)))
        programs.ordinary(3)

    followed = follow(program, classes=5)
    assert followed.trace["epochs"] == 2
    assert graded(followed) == [True, False]
    assert followed.tensors("final")["1.weight"].shape == (5, 784)


@pytest.mark.parametrize(("choice", "epochs"), [("last", 3), ("first", 2)])
def test_the_assignment_says_which_of_several_models_counts(
    follow: Follow, choice: str, epochs: int
) -> None:
    def program() -> None:
        programs.ordinary(2)
        programs.ordinary(3)

    assert follow(program, graded_model=choice).trace["epochs"] == epochs


def test_weights_restored_after_the_last_training_are_the_final_ones(follow: Follow) -> None:
    """A notebook ends a cell between training and restoring: the recorder finishes in between."""
    weights = {}

    def program() -> None:
        model = programs.ordinary(1)
        weights.update({name: value.clone() for name, value in model.state_dict().items()})
        (train, _), optimizer = programs.loaders(), torch.optim.SGD(model.parameters(), lr=5)
        programs.train_epoch(model, train, optimizer)
        follow.recorder.finish()
        model.load_state_dict(weights)

    followed = follow(program)
    assert torch.equal(followed.tensors("final")["1.weight"], weights["1.weight"])
    answers = followed.tensors("samples")
    model = programs.mlp()
    model.load_state_dict(weights)
    with torch.no_grad():
        expected = model(answers["live_inputs"])
    assert torch.allclose(answers["live_outputs"], expected)


def test_validation_in_the_middle_of_an_epoch_without_a_loader_only_interrupts_it(
    follow: Follow,
) -> None:
    def program() -> None:
        model = programs.mlp()
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(3):
            model.train()
            for number, start in enumerate(range(0, 64, 8)):
                programs.step(model, optimizer, slice(start, start + 8))
                if number == 3:
                    model.eval()
                    with torch.no_grad():
                        model(programs.IMAGES[:32])
                    model.train()
            model.eval()
            with torch.no_grad():
                model(programs.IMAGES[:32])

    followed = follow(program)
    assert followed.trace["epochs"] == 3
    trained = [one["samples"] for one in followed.trace["passes"] if one["training"]]
    assert trained == [64, 64, 64]


def test_a_loss_written_by_hand_is_the_mean_of_all_its_batches(follow: Follow) -> None:
    values: list[float] = []

    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.Adam(model.parameters())
        for x, y in train:
            optimizer.zero_grad()
            loss = -functional.log_softmax(model(x), 1)[range(len(y)), y].mean()
            loss.backward()
            optimizer.step()
            values.append(loss.item())

    followed = follow(program)
    assert followed.trace["passes"][0]["loss"] == pytest.approx(sum(values) / len(values))


@pytest.mark.parametrize("softmax", [True, False])
def test_a_softmax_before_the_loss_is_heard_wherever_it_stands(
    follow: Follow, softmax: bool
) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.Adam(model.parameters())
        for x, y in train:
            optimizer.zero_grad()
            output = torch.softmax(model(x), 1) if softmax else model(x)
            functional.cross_entropy(output, y).backward()
            optimizer.step()

    assert follow(program).trace["probabilities"] is softmax
