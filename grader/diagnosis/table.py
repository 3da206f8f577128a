"""Every mistake that is known, and the rule that sees it. Of equals the earlier is told first."""

from grader.diagnosis.interface import Mistake
from grader.diagnosis.rules import (
    dropout,
    inputs,
    labels,
    loop,
    loss,
    machine,
    metrics,
    modes,
    network,
    numbers,
    optimizer,
    schedule,
    shapes,
    splits,
    weights,
)
from grader.model.diagnosis import Effect

NOTHING_LEARNED = frozenset({"weights-never-change", "vanishing-gradients", "too-few-epochs"})
"""What a run looks like in which no step does anything."""
DIVERGED = frozenset({"loss-not-a-number", "exploding-gradients", "dead-relus"})
"""What a run looks like whose steps go far too far."""
DEAD = frozenset({"dead-relus"})
EXPLODED = DEAD | {"exploding-gradients"}
FADED = frozenset({"vanishing-gradients"})
_OF_TYPES = frozenset({"inputs-not-scaled"})
_OF_SHAPES = frozenset({"wrong-input-size"})
_OF_SPLITS = frozenset({"validated-on-training", "no-regularisation", "splits-scaled-differently"})
_OF_SCALE = frozenset({"inputs-not-scaled", "no-regularisation"})
_OF_RANGE = frozenset({"exploding-gradients", "dead-relus"})

GIVEN = (
    Mistake("device-mismatch", Effect.STOPS, machine.device_mismatch),
    Mistake("dtype-mismatch", Effect.STOPS, machine.dtype_mismatch, _OF_TYPES),
    Mistake("inputs-not-tensors", Effect.STOPS, inputs.inputs_not_tensors),
    Mistake("missing-flatten", Effect.STOPS, shapes.missing_flatten, _OF_SHAPES),
    Mistake("wrong-input-size", Effect.STOPS, shapes.wrong_input_size),
    Mistake("wrong-outputs", Effect.STOPS, network.wrong_outputs),
    Mistake("label-among-pixels", Effect.STOPS, labels.label_among_pixels, _OF_SHAPES),
    Mistake("labels-one-hot", Effect.STOPS, labels.labels_one_hot),
    Mistake("labels-shifted", Effect.RUINS, labels.labels_shifted),
    Mistake("labels-misaligned", Effect.RUINS, labels.labels_misaligned),
    Mistake("trained-on-validation", Effect.RUINS, splits.trained_on_validation, _OF_SPLITS),
    Mistake(
        "splits-scaled-differently", Effect.LOWERS, inputs.splits_scaled_differently, _OF_SCALE
    ),
    Mistake("missing-activation", Effect.LOWERS, network.missing_activation),
    Mistake("activation-on-output", Effect.LOWERS, network.activation_on_output),
    Mistake("dropout-too-strong", Effect.LOWERS, dropout.dropout_too_strong),
    Mistake("dropout-on-output", Effect.LOWERS, dropout.dropout_on_output),
    Mistake("dropout-always-on", Effect.LOWERS, dropout.dropout_always_on),
    Mistake("inputs-not-scaled", Effect.LOWERS, inputs.inputs_not_scaled, _OF_RANGE),
    Mistake("no-regularisation", Effect.LOWERS, dropout.no_regularisation),
    Mistake("no-shuffling", Effect.LOWERS, splits.no_shuffling),
    Mistake("validated-on-training", Effect.MISLEADS, splits.validated_on_training),
    Mistake("augmentation-on-validation", Effect.MISLEADS, inputs.augmentation_on_validation),
)
"""What a program is given and made of."""

LEARNING = (
    Mistake(
        "training-without-gradients",
        Effect.STOPS,
        loop.training_without_gradients,
        NOTHING_LEARNED | {"loss-on-wrong-tensors"},
    ),
    Mistake("no-backward", Effect.STOPS, loop.no_backward, NOTHING_LEARNED),
    Mistake("no-step", Effect.STOPS, loop.no_step, NOTHING_LEARNED | {"no-zero-grad"}),
    Mistake(
        "zero-grad-after-backward",
        Effect.STOPS,
        loop.zero_grad_after_backward,
        NOTHING_LEARNED | {"loss-on-wrong-tensors"},
    ),
    Mistake(
        "step-before-backward",
        Effect.STOPS,
        loop.step_before_backward,
        NOTHING_LEARNED | {"loss-on-wrong-tensors"},
    ),
    Mistake(
        "optimizer-of-another-model",
        Effect.STOPS,
        optimizer.optimizer_of_another_model,
        NOTHING_LEARNED | DIVERGED | {"no-zero-grad", "frozen-layers", "loss-on-wrong-tensors"},
    ),
    Mistake(
        "loss-on-wrong-tensors",
        Effect.STOPS,
        loss.loss_on_wrong_tensors,
        NOTHING_LEARNED | {"labels-misaligned", "labels-one-hot"},
    ),
    Mistake(
        "weights-never-change",
        Effect.STOPS,
        weights.weights_never_change,
        frozenset({"rate-too-low"}),
    ),
    Mistake(
        "model-rebuilt",
        Effect.RUINS,
        optimizer.model_rebuilt,
        NOTHING_LEARNED
        | {"optimizer-of-another-model", "optimizer-rebuilt", "frozen-layers", "too-few-epochs"},
    ),
    Mistake("softmax-before-loss", Effect.RUINS, loss.softmax_before_cross_entropy, FADED),
    Mistake("sigmoid-before-loss", Effect.RUINS, loss.sigmoid_before_cross_entropy, FADED),
    Mistake("broadcast-loss", Effect.RUINS, loss.broadcast_loss, FADED | DEAD),
    Mistake(
        "rate-too-high",
        Effect.RUINS,
        optimizer.rate_too_high,
        DIVERGED | {"vanishing-gradients", "weights-all-equal"},
    ),
    Mistake(
        "weights-all-equal",
        Effect.RUINS,
        weights.weights_all_equal,
        NOTHING_LEARNED | DIVERGED,
    ),
    Mistake("no-zero-grad", Effect.LOWERS, loop.no_zero_grad, DIVERGED),
    Mistake("rate-too-low", Effect.RUINS, optimizer.rate_too_low, NOTHING_LEARNED),
    Mistake(
        "frozen-layers",
        Effect.LOWERS,
        optimizer.frozen_layers,
        NOTHING_LEARNED | {"loss-on-wrong-tensors"},
    ),
    Mistake("loss-not-a-number", Effect.STOPS, numbers.loss_not_a_number, EXPLODED | _OF_TYPES),
    Mistake("exploding-gradients", Effect.LOWERS, numbers.exploding_gradients, DEAD),
    Mistake("dead-relus", Effect.LOWERS, numbers.dead_relus, FADED),
    Mistake("vanishing-gradients", Effect.LOWERS, numbers.vanishing_gradients),
    Mistake("eval-mode-in-training", Effect.LOWERS, modes.eval_mode_in_training),
    Mistake("plain-sgd", Effect.LOWERS, optimizer.plain_sgd),
    Mistake("batch-too-large", Effect.LOWERS, schedule.batch_too_large),
    Mistake("batch-of-one", Effect.LOWERS, schedule.batch_of_one),
    Mistake("optimizer-rebuilt", Effect.LOWERS, optimizer.optimizer_rebuilt),
    Mistake("too-few-epochs", Effect.LOWERS, schedule.too_few_epochs),
    Mistake("argmax-wrong-axis", Effect.MISLEADS, metrics.argmax_wrong_axis, _OF_SHAPES),
    Mistake("accuracy-wrong-count", Effect.MISLEADS, metrics.accuracy_wrong_count),
    Mistake("train-mode-in-validation", Effect.MISLEADS, modes.train_mode_in_validation),
    Mistake("log-softmax-before-loss", Effect.HARMLESS, loss.log_softmax_before_cross_entropy),
)
"""How the network is trained: losses, batches, steps and epochs, and what is said of them."""

MISTAKES = (*GIVEN, *LEARNING)
