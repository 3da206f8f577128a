"""A course is data: a folder with ``assignments/``, ``rubrics/`` and maybe ``reference/``."""

from grader.course.load import Course, find_course

__all__ = ["Course", "find_course"]
