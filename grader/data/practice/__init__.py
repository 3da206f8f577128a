"""Practice data: generated pictures in exactly the files, formats and label sets the labs expect.

They teach the same three lessons as the real data (lab 1's MLP generalises, lab 2's overfits,
lab 3's CNN closes the gap), need no network, and are the same bytes on every machine.
"""

from grader.data.practice.checksums import practice_checksums
from grader.data.practice.sizes import PracticeSize
from grader.data.practice.write import write_practice

__all__ = ["PracticeSize", "practice_checksums", "write_practice"]
