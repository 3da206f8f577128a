"""Grey photographs of finger spelling: bones as shaded capsules in front of a lit wall."""

import numpy as np
from numpy.random import RandomState

from grader.data.practice.chance import clouds, shuffled, uniform
from grader.data.practice.looks import Latitude, Looks, looks
from grader.data.practice.poses import POSES, Pose
from grader.data.practice.raster import (
    GRID_X,
    GRID_Y,
    SIDE,
    Array,
    Bytes,
    along_segment,
    per_image,
    to_bytes,
)  # fmt: skip
from grader.data.practice.skeleton import Bone, skeleton

DEPTH_SHARPNESS = 1.6  # per pixel: how decisively a nearer part hides a farther one


def hands(rng: RandomState, signers: int, takes: int, latitude: Latitude) -> tuple[Bytes, Bytes]:
    """Every letter ``takes`` times by each signer, in random order.

    Returns pictures (24 x signers x takes, 28, 28) and labels 0..23.
    """
    seen = looks(rng, signers, takes * len(POSES), latitude)
    pictures = [_photographed(rng, pose, _of(seen, k)) for k, pose in enumerate(POSES)]
    labels = np.repeat(np.arange(len(POSES), dtype=np.uint8), signers * takes)
    order = shuffled(rng, len(labels))
    return np.concatenate(pictures)[order], labels[order]


def _of(seen: Looks, letter: int) -> Looks:
    """Every 24th take, so that each signer signs each letter."""
    return Looks(**{name: value[letter :: len(POSES)] for name, value in vars(seen).items()})


def _photographed(rng: RandomState, pose: Pose, seen: Looks) -> Bytes:
    skin, covered, outside = _lit(skeleton(pose, seen), seen)
    count = len(skin)
    skin *= 1.0 + 0.05 * clouds(rng, count, 4, 5.0)
    picture = _room(rng, seen, outside) * (1.0 - covered) + skin * covered
    return to_bytes(picture + uniform(rng, -0.025, 0.025, count, SIDE, SIDE))


def _lit(bones: list[Bone], seen: Looks) -> tuple[Array, Array, Array]:
    """Brightness of the skin, how much of each pixel it covers, distance outside it in pixels.

    The nearest part of the hand wins softly: parts are averaged with weights that grow
    exponentially with height, so the result is continuous where one finger passes another.
    """
    lamp = seen.lamp / np.sqrt((seen.lamp**2).sum(axis=1, keepdims=True))
    total, weights = np.zeros((2, len(lamp), SIDE, SIDE))
    bare = np.ones((len(lamp), SIDE, SIDE))
    outside = np.full((len(lamp), SIDE, SIDE), 99.0)
    for bone in bones:
        beyond, height, shade = _shaded(bone, lamp, per_image(seen.ambient))
        cover = np.clip(0.5 - beyond, 0.0, 1.0)
        weight = cover * np.exp(DEPTH_SHARPNESS * (height - 10.0)) + 1e-30
        total += weight * shade
        weights += weight
        bare *= 1.0 - cover
        outside = np.minimum(outside, beyond)
    return per_image(seen.skin) * total / weights, 1.0 - bare, outside


def _shaded(bone: Bone, lamp: Array, ambient: Array) -> tuple[Array, Array, Array]:
    """One bone's flesh: distance outside it and its height (pixels), and its brightness."""
    fraction, x, y = along_segment(bone.start, bone.end)
    radius = per_image(bone.start_radius)
    radius = radius + fraction * per_image(bone.end_radius - bone.start_radius)
    distance = np.sqrt(x * x + y * y + 1e-9)
    facing = np.sqrt(1.0 - np.minimum(distance / radius, 1.0) ** 4)  # 1 on the crest, 0 on the rim
    height = per_image(bone.start[:, 2]) + fraction * per_image((bone.end - bone.start)[:, 2])
    height = height + radius * facing
    across, down, towards = (per_image(lamp[:, axis]) for axis in range(3))
    light = (x * across + y * down) / np.maximum(distance, radius) + facing * towards
    shade = ambient + (1.0 - ambient) * np.clip(light, 0.0, 1.0)
    return distance - radius, height, shade * (0.62 + 0.38 * facing) * (1.0 + 0.02 * height)


def _room(rng: RandomState, seen: Looks, outside: Array) -> Array:
    """Brightness of the wall behind the hand, with a soft shadow around it."""
    x, y = GRID_X / SIDE - 0.5, GRID_Y / SIDE - 0.5
    wall = per_image(seen.wall) + per_image(seen.slope_x) * x + per_image(seen.slope_y) * y
    wall = wall - per_image(seen.table) * np.clip(4.0 * (y - 0.3), 0.0, 1.0)
    wall = wall + 0.02 * clouds(rng, len(wall), 3, 2.0)
    return np.asarray(wall * (1.0 - 0.25 * np.exp(-np.maximum(outside, 0.0) / 1.5)))
