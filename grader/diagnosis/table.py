"""Every mistake that is known, and the rule that sees it. Of equals the earlier is told first."""

from grader.diagnosis.interface import Mistake
from grader.diagnosis.rules import (
    dropout,
    inputs,
    labels,
    loss,
    machine,
    network,
    shapes,
    splits,
)
from grader.model.diagnosis import Effect

_OF_TYPES = frozenset({"inputs-not-scaled"})
_OF_SHAPES = frozenset({"wrong-input-size"})
_OF_SPLITS = frozenset({"validated-on-training", "no-regularisation", "splits-scaled-differently"})
_OF_SCALE = frozenset({"inputs-not-scaled", "no-regularisation"})

MISTAKES = (
    Mistake("softmax-before-loss", Effect.RUINS, loss.softmax_before_cross_entropy),
    Mistake("sigmoid-before-loss", Effect.RUINS, loss.sigmoid_before_cross_entropy),
    Mistake("log-softmax-before-loss", Effect.HARMLESS, loss.log_softmax_before_cross_entropy),
    # What a program is given and made of.
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
    Mistake("inputs-not-scaled", Effect.LOWERS, inputs.inputs_not_scaled),
    Mistake("no-regularisation", Effect.LOWERS, dropout.no_regularisation),
    Mistake("no-shuffling", Effect.LOWERS, splits.no_shuffling),
    Mistake("validated-on-training", Effect.MISLEADS, splits.validated_on_training),
    Mistake("augmentation-on-validation", Effect.MISLEADS, inputs.augmentation_on_validation),
)
