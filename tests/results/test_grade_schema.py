"""The JSON Schema of grade.json in the package is the one the model has."""

import json
from importlib.resources import files

from grader.model.grade import Grade


def test_the_published_schema_is_the_models() -> None:
    published = json.loads((files("grader.results") / "grade.schema.json").read_text())
    assert published == Grade.model_json_schema(by_alias=True, mode="serialization")
