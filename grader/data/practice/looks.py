"""What makes one picture of a hand differ from another: who signs, how, in which light.

A signer has a build, a skin, a lamp and a room; every take adds a little of its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState

from grader.data.practice.chance import bell, spread
from grader.data.practice.raster import Array


@dataclass(frozen=True)
class Looks:
    """One value per picture, (N,); angles in radians, places in pixels, brightness 0..1."""

    length: Array  # of fingers, relative
    girth: Array  # of fingers, relative
    breadth: Array  # of the palm, relative
    roll: Array
    yaw: Array
    pitch: Array
    slack: Array  # (N, 5, 3): how each finger departs from the textbook
    size: Array  # of the whole hand, relative
    x: Array
    y: Array
    skin: Array
    lamp: Array  # (N, 3): direction of the light
    ambient: Array
    wall: Array
    slope_x: Array  # of the wall's brightness across the picture
    slope_y: Array
    table: Array  # how much darker (negative: lighter) the foot of the picture is


@dataclass(frozen=True)
class Latitude:
    """How far takes stray: angles in radians, ``shift`` in pixels, the rest relative."""

    turn: float
    shift: float
    size: float
    slack: float
    light: float


def looks(rng: RandomState, signers: int, takes: int, latitude: Latitude) -> Looks:
    """``takes`` pictures by each of ``signers`` people, N = signers x takes."""
    count = signers * takes

    def person(low: float, high: float) -> Array:
        return np.repeat(spread(rng, low, high, signers), takes)

    def varied(low: float, high: float, sd: float) -> Array:
        return person(low, high) + bell(rng, sd, count)

    light = latitude.light
    lamp = (varied(-0.4, 0.4, light), varied(-0.7, -0.2, light), varied(0.8, 1.2, light))
    return Looks(
        length=varied(0.9, 1.1, 0.02),
        girth=varied(0.9, 1.1, 0.02),
        breadth=varied(0.93, 1.07, 0.02),
        roll=varied(-0.18, 0.18, latitude.turn),
        yaw=varied(-0.15, 0.15, latitude.turn),
        pitch=varied(-0.15, 0.15, latitude.turn),
        slack=np.repeat(bell(rng, 0.5 * latitude.slack, signers, 5, 3), takes, axis=0)
        + bell(rng, latitude.slack, count, 5, 3),
        size=varied(0.92, 1.08, latitude.size),
        x=varied(-1.6, 1.6, latitude.shift),
        y=varied(-1.6, 1.6, latitude.shift),
        skin=varied(0.80, 0.95, light / 4),
        lamp=np.stack(lamp, axis=-1),
        ambient=varied(0.22, 0.34, light / 4),
        wall=varied(0.06, 0.15, light / 4),
        slope_x=varied(-0.13, 0.13, light / 4),
        slope_y=varied(-0.13, 0.07, light / 4),
        table=varied(-0.05, 0.05, light / 4),
    )
