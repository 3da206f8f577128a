"""What is printed is made safe by the same rules as what other programs print for us."""

from grader.inert import KEPT, LONGEST, ORDER, plain

__all__ = ["KEPT", "LONGEST", "ORDER", "plain"]
