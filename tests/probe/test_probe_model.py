"""The trained model is found without its name, and captured as what it computes."""

import copy
from pathlib import Path

import programs
import pytest
import torch
from followed import Follow
from torch import nn
from torch.nn import functional


class Functional(nn.Module):
    """Layers as functions."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(784, 16), nn.Linear(16, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Flatten, hidden layer, output."""
        return self.second(functional.relu(self.first(torch.flatten(x, 1))))


def test_a_functional_network_and_layers_run_the_same_operators(follow: Follow) -> None:
    followed = follow(lambda: programs.ordinary(1, Functional()))
    wanted = ["flatten.using_ints", "linear.default", "relu.default", "linear.default"]
    assert followed.operators("train") == [f"aten.{name}" for name in wanted]


def test_a_compiled_model_is_unwrapped(follow: Follow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch._dynamo.config, "disable", True)
    followed = follow(lambda: programs.ordinary(2, compiled=True))
    assert followed.trace["models"] == [
        {"type": "Sequential", "parameters": 784 * 16 + 16 + 68, "graded": True}
    ]
    assert "1.weight" in followed.tensors("final")


def test_calling_forward_directly_finds_the_whole_model(follow: Follow) -> None:
    class Direct(Functional):
        pass

    def program() -> None:
        model, (train, _) = Direct(), programs.loaders()
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(2):
            for x, y in train:
                optimizer.zero_grad()
                functional.cross_entropy(model.forward(x), y).backward()
                optimizer.step()

    followed = follow(program)
    assert followed.trace["models"][-1]["type"] == "Direct"
    assert followed.graph["input_shape"] == [1, 28, 28]


def test_a_model_inside_a_function_is_found_after_it_is_gone(follow: Follow) -> None:
    def program() -> None:
        programs.ordinary(1)  # nothing outside holds it

    assert follow(program).graph["eval"]["nodes"]


def test_the_last_trained_model_is_graded_and_all_are_reported(follow: Follow) -> None:
    def program() -> None:
        programs.ordinary(2)
        programs.ordinary(3, Functional())

    trace = follow(program).trace
    assert [model["type"] for model in trace["models"]] == ["Sequential", "Functional"]
    assert trace["epochs"] == 3


def test_snapshots_are_the_last_epochs_and_the_final_model(follow: Follow) -> None:
    followed = follow(lambda: programs.ordinary(4), snapshots=2)
    assert followed.trace["snapshots"] == ["epoch-00003", "epoch-00004"]
    files = {path.name for path in followed.folder.glob("*.safetensors")}
    assert {"epoch-00003.safetensors", "epoch-00004.safetensors", "final.safetensors"} <= files
    assert "epoch-00002.safetensors" not in files


def test_of_a_very_large_model_fewer_epochs_are_kept(
    follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.probe.artefact.KEPT_BYTES", 1)
    followed = follow(lambda: programs.ordinary(4))
    assert followed.trace["snapshots"] == ["epoch-00004"]
    assert len(list(followed.folder.glob("epoch-*.safetensors"))) == 1


def test_restored_weights_are_the_final_model_beside_the_last_epoch(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.Adam(model.parameters(), 0.05)
        programs.train_epoch(model, train, optimizer)
        best = {name: value.clone() for name, value in model.state_dict().items()}
        programs.train_epoch(model, train, optimizer)
        model.load_state_dict(best)
        with torch.no_grad():
            model(programs.IMAGES)

    followed = follow(program)
    first, final = followed.tensors("epoch-00001"), followed.tensors("final")
    assert torch.equal(first["1.weight"], final["1.weight"])
    assert not torch.equal(followed.tensors("epoch-00002")["1.weight"], final["1.weight"])


def test_dropout_is_a_layer_in_training_form_and_off_in_evaluation(follow: Follow) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.Dropout(0.3), nn.Linear(8, 4))
    graph = follow(lambda: programs.ordinary(1, model)).graph
    flags = {
        form: [node["args"][2] for node in graph[form]["nodes"] if "dropout" in node["target"]]
        for form in ("train", "eval")
    }
    assert flags["train"] == [True]
    assert flags["eval"] in ([False], [])


def test_a_forward_that_decides_on_its_data_has_a_named_reason(follow: Follow) -> None:
    class Deciding(Functional):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) if x.sum() > 0 else self.second(x.flatten(1)[:, :16])

    followed = follow(lambda: programs.ordinary(1, Deciding()))
    assert not (followed.folder / "graph.json").exists()
    assert followed.trace["unmeasurable"]
    assert followed.trace["epochs"] == 1


def test_a_model_for_one_batch_size_is_captured_with_it(follow: Follow) -> None:
    class Fixed(Functional):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x.view(16, 784))

    assert follow(lambda: programs.ordinary(1, Fixed())).graph["batch"] == 16


def test_the_probe_leaves_random_streams_and_modes_alone(follow: Follow) -> None:
    torch.manual_seed(0)
    bare = programs.ordinary(2)
    kept: list[nn.Module] = []
    follow(lambda: kept.append(programs.ordinary(2)))
    for mine, theirs in zip(bare.parameters(), kept[0].parameters(), strict=True):
        assert torch.equal(mine, theirs)
    assert not kept[0].training


def test_sampled_inputs_targets_and_live_answers_are_kept(follow: Follow) -> None:
    models: list[nn.Module] = []
    followed = follow(lambda: models.append(programs.ordinary(2)))
    samples = followed.tensors("samples")
    assert samples["eval_inputs"].shape[1:] == (1, 28, 28)
    assert len(samples["train_inputs"]) == len(samples["train_targets"])
    with torch.no_grad():
        assert torch.allclose(models[0].eval()(samples["live_inputs"]), samples["live_outputs"])


def test_two_modules_trained_side_by_side_are_not_guessed_at(follow: Follow) -> None:
    def program() -> None:
        backbone, head = nn.Sequential(nn.Flatten(), nn.Linear(784, 8)), nn.Linear(8, 4)
        train, _ = programs.loaders()
        optimizer = torch.optim.Adam([*backbone.parameters(), *head.parameters()])
        for x, y in train:
            optimizer.zero_grad()
            functional.cross_entropy(head(backbone(x)), y).backward()
            optimizer.step()

    followed = follow(program)
    assert "side by side" in followed.trace["unmeasurable"]
    assert not (followed.folder / "graph.json").exists()


def test_a_forward_call_without_backward_is_no_training_sample(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        model(torch.full((8, 1, 28, 28), 7.0))  # shapes only: nothing is learned from these
        programs.train_epoch(model, train, torch.optim.Adam(model.parameters()))

    samples = follow(program).tensors("samples")
    assert samples["train_inputs"].max() <= 1
    assert len(samples["train_targets"]) == len(samples["train_inputs"])


def test_a_look_at_one_layer_after_training_does_not_replace_the_model(follow: Follow) -> None:
    def program() -> None:
        model = programs.ordinary(3)
        model[1](programs.IMAGES[:1].flatten(1))  # with gradients, and nothing learned from it
        other = programs.mlp()
        other(programs.IMAGES[:4])

    followed = follow(program)
    assert followed.trace["epochs"] == 3
    assert followed.trace["snapshots"]
    assert followed.graph["input_shape"] == [1, 28, 28]


def test_a_look_at_one_image_after_training_does_not_replace_the_samples(follow: Follow) -> None:
    def program() -> None:
        model = programs.ordinary(2).eval()
        with torch.no_grad():
            model(programs.IMAGES[0])
            model(programs.IMAGES[:1])

    followed = follow(program)
    assert followed.tensors("samples")["eval_inputs"].shape[1:] == (1, 28, 28)
    assert len(followed.tensors("samples")["eval_inputs"]) >= 32
    assert followed.graph["batch"] is None


def test_validation_one_image_at_a_time_is_sampled_like_any_other(follow: Follow) -> None:
    def program() -> None:
        model = programs.ordinary(1)
        model.eval()
        with torch.no_grad():
            for image in programs.IMAGES:
                model(image[None])

    assert len(follow(program).tensors("samples")["eval_inputs"]) >= 32


def test_a_penalty_beside_the_loss_disturbs_nothing(follow: Follow) -> None:
    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders(batch=1)
        optimizer = torch.optim.SGD(model.parameters(), 0.01)
        for _ in range(2):
            for x, y in train:
                optimizer.zero_grad()
                weight = model[3].weight
                loss = functional.cross_entropy(model(x), y)
                (loss + 1e-4 * functional.mse_loss(weight, torch.zeros_like(weight))).backward()
                optimizer.step()

    trace = follow(program).trace
    assert trace["epochs"] == 2
    assert trace["fault"] is None
    assert trace["passes"][0]["accuracy"] is not None


def test_keyword_arguments_and_several_outputs_are_heard(follow: Follow) -> None:
    class Two(Functional):
        def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            hidden = functional.relu(self.first(torch.flatten(images, 1)))
            return self.second(hidden), hidden

    def program() -> None:
        model, (train, _) = Two(), programs.loaders()
        optimizer = torch.optim.Adam(model.parameters())
        for x, y in train:
            optimizer.zero_grad()
            functional.cross_entropy(model(images=x)[0], y).backward()
            optimizer.step()

    followed = follow(program)
    assert followed.trace["epochs"] == 1
    assert followed.graph["eval"]["result"] == [0, 1]
    assert followed.tensors("samples")["live_outputs"].shape[1] == 4


def test_a_model_called_by_forward_can_still_be_copied_and_saved(
    follow: Follow, tmp_path: Path
) -> None:
    def program() -> None:
        model, (train, _) = Functional(), programs.loaders()
        optimizer = torch.optim.Adam(model.parameters())
        for x, y in train:
            optimizer.zero_grad()
            functional.cross_entropy(model.forward(x), y).backward()
            optimizer.step()
        torch.save(model, tmp_path / "model.pth")
        twin = copy.deepcopy(model)
        for parameter in twin.parameters():
            parameter.data.zero_()
        assert not twin.forward(programs.IMAGES).any()

    assert follow(program).trace["fault"] is None
    assert (tmp_path / "model.pth").exists()


def test_steps_without_any_module_are_counted(follow: Follow) -> None:
    def program() -> None:
        weight = torch.nn.Parameter(torch.zeros(784, 4))
        optimizer = torch.optim.SGD([weight], 0.1)
        for _ in range(5):
            optimizer.zero_grad()
            output = programs.IMAGES.flatten(1) @ weight
            functional.cross_entropy(output, programs.LABELS).backward()
            optimizer.step()

    trace = follow(program).trace
    assert (trace["epochs"], trace["steps"]) == (0, 5)


def test_training_under_no_grad_is_followed_and_said_to_have_no_gradients(follow: Follow) -> None:
    models = [programs.mlp()]

    def program() -> None:
        train, _ = programs.loaders()
        optimizer = torch.optim.Adam(models[0].parameters())
        for _ in range(2):
            with torch.no_grad():
                for x, y in train:
                    optimizer.zero_grad()
                    loss = functional.cross_entropy(models[0](x), y)
                    loss.requires_grad_(True)
                    loss.backward()
                    optimizer.step()

    followed = follow(program)
    assert followed.trace["without_gradients"]
    assert (followed.trace["epochs"], followed.trace["unmeasurable"]) == (2, None)
    assert torch.equal(followed.tensors("initial")["1.weight"], models[0][1].weight)
    assert torch.equal(followed.tensors("final")["1.weight"], models[0][1].weight)
    assert not follow(lambda: programs.ordinary(1)).trace["without_gradients"]
