"""From a pose and a look to tapered bones placed in the picture."""

from dataclasses import dataclass

import numpy as np

from grader.data.practice.looks import Looks
from grader.data.practice.poses import Finger, Pose
from grader.data.practice.raster import SIDE, Array

#: Index to little finger: knuckle x and y, lengths of three bones, radius at the knuckle.
_FINGERS = (
    (1.50, 4.05, (2.15, 1.35, 1.05), 0.55),
    (0.50, 4.25, (2.35, 1.55, 1.10), 0.57),
    (-0.50, 4.05, (2.15, 1.45, 1.05), 0.55),
    (-1.42, 3.65, (1.70, 1.05, 0.90), 0.48),
)
_TAPER = (1.0, 0.93, 0.87, 0.74)  # of a finger's radius at its four joints
#: Strips of the palm: where they start at the wrist, where they end below the knuckles (x, y).
_PALM = (
    (0.75, 0.5, 1.50, 3.95), (0.50, 0.4, 1.00, 4.05), (0.25, 0.4, 0.50, 4.10),
    (0.00, 0.4, 0.00, 4.05), (-0.25, 0.4, -0.50, 3.90), (-0.50, 0.4, -0.95, 3.70),
    (-0.75, 0.5, -1.40, 3.45),
)  # fmt: skip
_PALM_RADIUS = 0.72
_EXTENT = 8.2  # finger widths that a middling hand covers
_FILL = 21.0  # pixels they cover


#: Joints (N, J, 3) and the radius at each (N, J), in finger widths.
Chain = tuple[Array, Array]


@dataclass(frozen=True)
class Bone:
    """A tapered capsule for each of N pictures: ends (N, 3) and radii (N,), all in pixels."""

    start: Array
    end: Array
    start_radius: Array
    end_radius: Array


def skeleton(pose: Pose, looks: Looks) -> list[Bone]:
    """The bones of N hands in picture coordinates: x right, y down, z to the viewer, pixels."""
    hand = [
        (_viewed(pose, looks, joints), radii)
        for joints, radii in _fingers(pose, looks) + _thumb(pose, looks) + _palm(looks)
    ]
    scale, shift = _framing(np.concatenate([joints for joints, _ in hand], axis=1), looks)
    return [
        bone
        for joints, radii in [*hand, _forearm(pose, looks)]
        for bone in _bones(joints * scale[:, :, np.newaxis] + shift, radii * scale)
    ]


def _framing(hand: Array, looks: Looks) -> tuple[Array, Array]:
    """Pixels per finger width (N, 1), and the shift (N, 1, 3) that centres the hand, nearly."""
    low, high = hand.min(axis=1), hand.max(axis=1)
    extent = 0.5 * _EXTENT + 0.5 * (high - low)[:, :2].max(axis=1)
    scale = (_FILL / extent * looks.size)[:, np.newaxis]
    target = np.stack([SIDE / 2 + looks.x, SIDE / 2 + 0.5 + looks.y, 0.0 * looks.x], axis=-1)
    return scale, (target - 0.5 * (low + high) * scale)[:, np.newaxis]


def _bones(joints: Array, radii: Array) -> list[Bone]:
    return [
        Bone(joints[:, i], joints[:, i + 1], radii[:, i], radii[:, i + 1])
        for i in range(joints.shape[1] - 1)
    ]


def _fingers(pose: Pose, looks: Looks) -> list[Chain]:
    return [_finger(index, finger, looks) for index, finger in enumerate(pose.fingers)]


def _finger(index: int, finger: Finger, looks: Looks) -> Chain:
    x, y, lengths, radius = _FINGERS[index]
    slack = looks.slack[:, index]
    bends = np.radians(finger[:3]) + slack[:, :1] * np.array([1.0, 1.0, 0.6])
    bend = np.cumsum(bends, axis=1)
    lean = (np.radians(finger[3]) + 0.4 * slack[:, 1])[:, np.newaxis]
    steps = np.stack([np.sin(lean) * np.cos(bend), np.cos(lean) * np.cos(bend), np.sin(bend)], -1)
    steps *= (np.array(lengths) * looks.length[:, np.newaxis])[..., np.newaxis]
    knuckle = np.stack([x * looks.breadth, y + 0 * looks.breadth, 0.1 + 0 * looks.breadth], -1)
    joints = np.concatenate([knuckle[:, np.newaxis], steps], axis=1).cumsum(axis=1)
    return joints, radius * looks.girth[:, np.newaxis] * np.array(_TAPER)


def _thumb(pose: Pose, looks: Looks) -> list[Chain]:
    joints = np.array(((1.0, 0.9, 0.25), *pose.thumb)) * np.ones((len(looks.size), 1, 1))
    joints[:, 1:] += 0.8 * looks.slack[:, 4:5] * np.array([[0.3], [0.7], [1.0]])
    joints[..., 0] *= looks.breadth[:, np.newaxis]
    radii = looks.girth[:, np.newaxis] * np.array((0.85, 0.68, 0.60, 0.47))
    return [(joints, radii)]


def _palm(looks: Looks) -> list[Chain]:
    count = len(looks.size)
    radii = np.full((count, 2), _PALM_RADIUS)
    strips = []
    for x0, y0, x1, y1 in _PALM:
        joints = np.array([[x0, y0, 0.0], [x1, y1, 0.0]]) * np.ones((count, 1, 1))
        joints[..., 0] *= looks.breadth[:, np.newaxis]
        strips.append((joints, radii))
    return strips


def _forearm(pose: Pose, looks: Looks) -> Chain:
    joints = np.array([[0.0, 0.6, 0.0], [0.0, -1.0, -0.2], [0.0, -12.0, -0.6]])
    radii = looks.breadth[:, np.newaxis] * np.array((1.25, 1.15, 1.5))
    return _viewed(pose, looks, joints * np.ones((len(looks.size), 1, 1))), radii


def _viewed(pose: Pose, looks: Looks, joints: Array) -> Array:
    """Turned by yaw, then pitch, then roll, and y pointing down."""
    yaw = np.radians(pose.yaw) + looks.yaw
    pitch = np.radians(pose.pitch) + looks.pitch
    roll = np.radians(pose.roll) + looks.roll
    x, y, z = joints[..., 0], joints[..., 1], joints[..., 2]
    x, z = _turned(x, z, -yaw)
    y, z = _turned(y, z, pitch)
    x, y = _turned(x, y, -roll)
    return np.stack([x, -y, z], axis=-1)


def _turned(first: Array, second: Array, angle: Array) -> tuple[Array, Array]:
    cos, sin = np.cos(angle)[:, np.newaxis], np.sin(angle)[:, np.newaxis]
    return first * cos - second * sin, first * sin + second * cos
