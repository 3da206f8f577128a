"""The answer of a library that only shows something."""

import math
from collections.abc import Iterator
from typing import Any

NO_NUMBER = (
    "this value comes from a library that is not installed here and only shows things: write the "
    "number into the program"
)


class Inert:
    """Whatever one does with it, nothing happens, and what it is shown in shows nothing of it.

    It takes part in sums of numbers and texts that are shown. It counts nothing (``range``), is
    neither larger nor smaller than anything, and no tensor takes it: it cannot steer a training.
    """

    def __getattr__(self, name: str) -> "Inert":
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> "Inert":
        return self

    def __getitem__(self, key: Any) -> "Inert":
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> "Inert":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __fspath__(self) -> str:
        return "stand-in"

    def __repr__(self) -> str:
        return ""

    def __format__(self, how: str) -> str:
        return ""

    def __int__(self) -> int:
        return 0

    def __float__(self) -> float:
        return math.nan  # whatever is computed with it shows that it is no number

    def __index__(self) -> int:
        raise TypeError(NO_NUMBER)

    def __round__(self, digits: int | None = None) -> "Inert":
        return self

    def _combined(self, other: Any) -> Any:
        """The sum with a text is the text; colours are given to texts in this way."""
        if isinstance(other, str):
            return other
        return self if isinstance(other, (Inert, int, float)) else NotImplemented

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _combined
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __pow__ = _combined

    def __neg__(self) -> "Inert":
        return self

    def _never(self, other: Any) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never
