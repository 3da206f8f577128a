"""Who signs what: a few people for training, others for validation.

An MLP learns the training people by heart; what a CNN learns carries over to the others. Takes of
one person hardly differ, people differ in build, place, tilt and light: widen either and lab 2's
validation accuracy moves. The wall is dark because a bright one makes the MLP's last epochs jump.
"""

from dataclasses import dataclass

from grader.data.practice.looks import Latitude


@dataclass(frozen=True)
class Cast:
    """A number of signers and how far their takes stray from the textbook."""

    signers: int
    latitude: Latitude


_LATITUDE = Latitude(turn=0.02, shift=0.15, size=0.01, slack=0.025, light=0.03)
TRAIN = Cast(signers=4, latitude=_LATITUDE)
VALID = Cast(signers=6, latitude=_LATITUDE)
