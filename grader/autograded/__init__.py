"""The autograder that a course uploads to a platform: how its archive is made, what it does there.

What runs where the grader is not installed lies in ``files``. The format is that of
https://gradescope-autograders.readthedocs.io/en/latest/specs/.
"""
