"""What others build on: commands, their options, the interface for Python, grade.json and rubrics.

``interface.json`` is what a version promised. Something new breaks nobody; what is gone, has
another name or another default does, and needs a new version. After a change::

    python tests/compatibility/promised.py
"""

import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer

import grader
from grader import __version__, pytest_plugin
from grader.checks import CHECKS
from grader.cli import codes
from grader.cli.main import app
from grader.model.grade import Grade
from grader.model.rubric import Rubric

RECORDED = Path(__file__).parent / "interface.json"
Promises = dict[str, dict[str, Any]]
"""What is promised of each thing, by its name."""
INPUT = ("grader ", "grader.", "rubric ")
"""What others write begins with these: a new part of it must not be required."""


def promises() -> Promises:
    """Return everything that is promised now."""
    return dict(
        sorted([*_commands(), *_python(), *_pytest(), *_codes(), *_grade_json(), *_rubrics()])
    )


def broken(recorded: Promises, now: Promises) -> list[str]:
    """Return a sentence for each promise that is not kept."""
    said = [f"{name} is gone" for name in recorded if name not in now]
    for name, found in now.items():
        known = recorded.get(name)
        if known is None:
            if found.get("required") and name.startswith(INPUT) and _of(name, recorded):
                said.append(f"{name} is new and required")
            continue
        said += [
            f"{name}: {what} was {before!r} and is {found.get(what)!r}"
            for what, before in known.items()
            if not _kept(before, found.get(what))
        ]
    return said


def _of(name: str, recorded: Promises) -> bool:
    """Whether it is part of something that was promised: all of a new command is new."""
    return any(name.startswith((f"{owner} ", f"{owner}(")) for owner in recorded)


def _kept(before: Any, after: Any) -> bool:
    """Of a list, more is allowed, however deep it lies."""
    if isinstance(before, dict) and isinstance(after, dict):
        same = before.keys() == after.keys()
        return same and all(_kept(before[one], after[one]) for one in before)
    if isinstance(before, list) and isinstance(after, list):
        return all(one in after for one in before)
    return bool(before == after)


def _plain(value: Any) -> Any:
    """Write a default value so that JSON has it; no value is ``None``, whatever typer calls it."""
    if isinstance(value, Enum) and isinstance(value.value, str):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return list(value) if isinstance(value, list | tuple) else None


def _commands() -> Iterator[tuple[str, dict[str, Any]]]:
    groups = [
        ("grader", app),
        *((f"grader {one.name}", one.typer_instance) for one in app.registered_groups),
    ]
    yield "grader --version", {}
    for place, group in groups:
        for command in group.registered_commands:
            name = f"{place} {command.name or command.callback.__name__}"
            yield name, {}
            hints = get_type_hints(command.callback, include_extras=True)
            for one in inspect.signature(command.callback).parameters.values():
                yield from _parameter(name, one, hints[one.name])


def _parameter(
    command: str, one: inspect.Parameter, hint: Any
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A parameter of a command's function, by each of its names on the command line."""
    kind, how, *_ = get_args(hint)
    required = one.default is one.empty
    known: dict[str, Any] = {"default": None if required else _plain(one.default)}
    known |= {"required": required, "takes": str(kind)}
    if isinstance(kind, type):
        known["takes"] = kind.__name__
    if isinstance(kind, type) and issubclass(kind, Enum):
        known["choices"] = sorted(choice.value for choice in kind)
    written = [how.default, *(how.param_decls or ())]  # in an annotation, names come first
    names = [name for name in written if isinstance(name, str) and name.startswith("-")]
    if isinstance(how, typer.models.OptionInfo):
        names = names or [f"--{one.name.replace('_', '-')}"]
    for name in names or [one.name]:
        yield f"{command} {name}", known


def _python() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in grader.__all__:
        found = getattr(grader, name)
        if inspect.isfunction(found):
            yield f"grader.{name}", {}
            for one, parameter in inspect.signature(found).parameters.items():
                required = parameter.default is parameter.empty
                default = None if required else _plain(parameter.default)
                known = {"default": default, "required": required, "kind": parameter.kind.name}
                yield f"grader.{name}({one})", known
        elif issubclass(found, Enum):
            yield f"grader.{name}", {"values": sorted(one.value for one in found)}
        else:
            parents = [one.__name__ for one in found.__mro__ if one.__module__.startswith("grader")]
            fields = {*getattr(found, "__dataclass_fields__", {}), *vars(found)}
            public = sorted(one for one in fields if not one.startswith(("_", "model_")))
            yield f"grader.{name}", {"is": parents, "has": public}


class _Options(list[tuple[str, dict[str, Any]]]):
    """Stands for pytest's parser and its group, and keeps the options it is given."""

    def getgroup(self, name: str, description: str) -> "_Options":
        """The group."""
        return self

    def addoption(self, name: str, default: Any = None, **how: Any) -> None:
        """Keep it; a switch is off."""
        off = False if how.get("action") == "store_true" else default
        self.append((f"pytest {name}", {"default": off}))


def _pytest() -> Iterator[tuple[str, dict[str, Any]]]:
    found = _Options()
    pytest_plugin.pytest_addoption(found)  # type: ignore[arg-type]
    yield from found


def _codes() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in vars(codes).items():
        if name.isupper():
            yield f"exit code {name}", {"value": value}


def _grade_json() -> Iterator[tuple[str, dict[str, Any]]]:
    schema = Grade.model_json_schema(by_alias=True, mode="serialization")
    yield from _schema("grade.json", schema)


def _rubrics() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _schema("rubric", Rubric.model_json_schema(by_alias=True))
    for name, check in CHECKS.items():
        yield from _schema(f"rubric {name}", check.parameters.model_json_schema())


def _schema(place: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields and the values of every model in a schema."""
    for model, known in {"": schema, **schema.get("$defs", {})}.items():
        where = f"{place} {model}".rstrip()
        yield where, {"values": known["enum"]} if "enum" in known else {}
        for name, field in known.get("properties", {}).items():
            needed = name in known.get("required", ())
            default = {"default": field["default"]} if "default" in field else {}
            yield f"{where} .{name}", {"type": _type(field), "required": needed} | default


def _type(field: Any) -> Any:
    """What a field's values are, without what is said about it."""
    words = {"title", "description", "default"}
    if isinstance(field, dict):
        return {name: _type(value) for name, value in sorted(field.items()) if name not in words}
    return field


def record() -> None:
    """Write what is promised now, unless that breaks what this very version promised."""
    now = promises()
    if RECORDED.exists():
        known = json.loads(RECORDED.read_text())
        wrong = broken(known["promises"], now)
        if wrong and known["version"] == __version__:
            sys.exit("\n".join([*wrong, "Raise __version__ in grader/__init__.py first."]))
    document = {"version": __version__, "promises": now}
    RECORDED.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    record()
