"""The 24 still letters of the American finger alphabet as joint angles and a view of the hand.

Hand frame: x towards the thumb, y towards the fingertips, z out of the palm towards the viewer;
lengths in finger widths, the wrist at the origin. A right hand with its palm to the viewer has its
thumb on the viewer's right.
"""

from dataclasses import dataclass

#: Degrees that a finger bends at knuckle, middle and last joint, and that it leans to the thumb.
Finger = tuple[float, float, float, float]
#: Knuckle, middle joint and tip of the thumb in the hand frame.
Thumb = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Pose:
    """One letter; fingers from index to little finger, the view in degrees.

    ``roll`` turns the hand in the picture (positive: clockwise), ``yaw`` turns the thumb side
    towards the viewer, ``pitch`` tips the fingertips towards the viewer.
    """

    letter: str
    fingers: tuple[Finger, Finger, Finger, Finger]
    thumb: Thumb
    roll: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0


def _straight(lean: float) -> Finger:
    return (4.0, 6.0, 4.0, lean)


def _fist(lean: float = 0.0) -> Finger:
    return (78.0, 104.0, 62.0, lean)


def _draped(lean: float) -> Finger:
    return (52.0, 102.0, 10.0, lean)


_FIST = (_fist(2), _fist(0), _fist(-2), _fist(-4))
_RING_FIST, _LITTLE_FIST = _fist(-2), _fist(-4)
_BESIDE: Thumb = ((2.5, 2.3, 0.6), (2.6, 3.8, 0.9), (2.4, 5.3, 1.1))
_OUT: Thumb = ((2.6, 2.0, 0.4), (3.9, 3.0, 0.5), (5.0, 3.8, 0.5))
_OVER: Thumb = ((2.3, 2.0, 1.3), (1.4, 3.0, 2.6), (-0.2, 3.3, 2.7))
_ACROSS: Thumb = ((2.2, 1.8, 1.0), (1.0, 2.7, 1.5), (-0.5, 3.0, 1.4))
_POINT = _straight(3)

POSES: tuple[Pose, ...] = (
    Pose("A", _FIST, _BESIDE),
    Pose("B", (_straight(2), _straight(0), _straight(-1), _straight(-3)), _ACROSS),
    Pose(
        "C",
        ((38, 46, 30, 2), (36, 48, 30, 0), (36, 48, 30, -2), (38, 46, 30, -4)),
        ((2.3, 1.6, 1.6), (2.3, 2.3, 3.0), (2.0, 3.2, 4.2)),
        yaw=64, roll=8,
    ),
    Pose(
        "D",
        (_straight(2), (58, 76, 40, 2), (60, 78, 42, 0), (62, 80, 44, -2)),
        ((2.2, 1.9, 1.3), (1.7, 2.8, 2.4), (0.9, 3.6, 3.0)),
        yaw=22,
    ),
    Pose(
        "E",
        ((28, 108, 62, 1), (28, 110, 62, 0), (28, 108, 62, -1), (28, 104, 62, -3)),
        ((2.2, 1.5, 1.2), (1.0, 2.0, 2.0), (-0.7, 2.2, 2.0)),
    ),
    Pose(
        "F",
        ((56, 62, 30, 6), _straight(4), _straight(-7), _straight(-18)),
        ((2.6, 2.2, 1.1), (2.9, 3.5, 2.0), (2.1, 4.6, 2.7)),
        yaw=12,
    ),
    Pose(
        "G",
        (_straight(0), _fist(), _RING_FIST, _LITTLE_FIST),
        ((2.4, 2.4, 1.2), (2.4, 4.0, 1.9), (2.2, 5.5, 2.1)),
        roll=84, yaw=58,
    ),
    Pose(
        "H",
        (_straight(1), _straight(-1), _RING_FIST, _LITTLE_FIST),
        ((2.2, 2.0, 1.2), (1.6, 3.2, 2.1), (0.4, 3.7, 2.4)),
        roll=86, yaw=22,
    ),
    Pose("I", (_fist(2), _fist(), _RING_FIST, _straight(-8)), _OVER),
    Pose(
        "K",
        (_straight(10), (28, 6, 4, -8), _RING_FIST, _LITTLE_FIST),
        ((2.1, 2.4, 1.0), (1.5, 3.8, 1.6), (0.7, 5.1, 1.8)),
        yaw=-24,
    ),
    Pose("L", (_POINT, _fist(), _RING_FIST, _LITTLE_FIST), _OUT),
    Pose(
        "M",
        (_draped(3), _draped(0), _draped(-3), _LITTLE_FIST),
        ((2.0, 2.0, 0.9), (0.6, 2.8, 1.2), (-1.2, 3.2, 1.6)),
        pitch=-14,
    ),
    Pose(
        "N",
        (_draped(3), _draped(0), _RING_FIST, _LITTLE_FIST),
        ((2.1, 2.1, 1.1), (1.2, 3.2, 1.7), (-0.1, 4.5, 2.9)),
        pitch=-14,
    ),
    Pose(
        "O",
        ((56, 58, 36, 2), (56, 58, 36, 0), (56, 58, 36, -2), (58, 56, 36, -4)),
        ((2.2, 1.8, 1.7), (2.2, 2.8, 3.0), (1.6, 4.0, 3.9)),
        yaw=60, roll=6,
    ),
    Pose(
        "P",
        (_straight(8), (58, 8, 6, -4), _RING_FIST, _LITTLE_FIST),
        ((2.1, 2.4, 1.2), (1.7, 3.7, 2.0), (0.9, 4.9, 2.4)),
        roll=128, yaw=34,
    ),
    Pose(
        "Q",
        ((22, 14, 8, 0), _fist(), _RING_FIST, _LITTLE_FIST),
        ((2.4, 2.3, 1.6), (2.6, 3.7, 2.7), (2.4, 5.1, 3.3)),
        roll=152, yaw=60,
    ),
    Pose("R", (_straight(-13), (14, 4, 2, 12), _RING_FIST, _LITTLE_FIST), _OVER),
    Pose("S", _FIST, _OVER),
    Pose(
        "T",
        ((66, 84, 50, 6), _fist(-3), _fist(-4), _fist(-5)),
        ((2.3, 2.3, 1.0), (1.8, 3.7, 1.9), (1.05, 5.9, 3.1)),
    ),
    Pose("U", (_straight(0), _straight(0), _RING_FIST, _LITTLE_FIST), _OVER),
    Pose("V", (_straight(13), _straight(-11), _RING_FIST, _LITTLE_FIST), _OVER),
    Pose(
        "W",
        (_straight(15), _straight(0), _straight(-15), _LITTLE_FIST),
        ((2.1, 1.8, 1.2), (0.7, 2.6, 2.2), (-0.9, 2.7, 2.4)),
    ),
    Pose("X", ((18, 88, 52, 4), _fist(), _RING_FIST, _LITTLE_FIST), _OVER, yaw=34),
    Pose("Y", (_fist(2), _fist(), _RING_FIST, _straight(-22)), _OUT),
)  # fmt: skip
