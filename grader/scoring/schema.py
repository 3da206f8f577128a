"""The JSON Schema of a rubric, for editors: each check with its own parameters."""

from collections.abc import Mapping
from typing import Any

from grader.checks import Check
from grader.model.rubric import Rubric


def rubric_schema(checks: Mapping[str, Check]) -> dict[str, Any]:
    """Return the schema; ``check`` may only name known checks, ``with`` must fit the one named."""
    schema = Rubric.model_json_schema(by_alias=True)
    criterion = schema["$defs"]["Criterion"]
    criterion["properties"]["check"] = {
        "enum": sorted(checks),
        "description": "; ".join(f"{name}: {checks[name].summary}" for name in sorted(checks)),
    }
    definitions = schema["$defs"]
    rules = []
    for name, check in sorted(checks.items()):
        inner = check.parameters.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(inner.pop("$defs", {}))
        condition = {"properties": {"check": {"const": name}}, "required": ["check"]}
        rules.append({"if": condition, "then": {"properties": {"with": inner}}})
    criterion["allOf"] = rules
    return schema
