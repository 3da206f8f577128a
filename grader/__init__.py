"""An automated grading harness that measures the network a submission really trained."""

__version__ = "0.1.0"
