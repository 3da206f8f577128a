"""What stand-ins say instead of nothing, where a program goes on with the answer.

Each file is one library: a function from a module of it and a name in it to what that name is.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..notes import Note
from . import colab, dotenv, tqdm, wandb
from .inert import Inert

Answers = Callable[[ModuleType, str], Any]

LIBRARIES: dict[str, Callable[[Note], Answers]] = {
    "dotenv": dotenv.answers,
    "google": colab.answers,
    "tqdm": tqdm.answers,
    "wandb": wandb.answers,
}


def answers(module: str, note: Note) -> Answers:
    """What the names of ``module`` are; most do nothing, whatever is done with them."""
    known = LIBRARIES.get(module.partition(".")[0])
    return known(note) if known else lambda module, name: Inert()
