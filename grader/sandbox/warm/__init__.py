"""Starts jobs as copies of a process that has imported what they all import."""

from grader.sandbox.warm.templates import Templates

__all__ = ["Templates"]
