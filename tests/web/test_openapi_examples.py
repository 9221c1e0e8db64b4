"""The examples in the description of the interface are answers of the types that it describes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import TypeAdapter

from visiomatic.web import v1_models
from visiomatic.web.openapi_examples import ANSWERS, STYLE_VALUES

from .conftest import Client


@pytest.fixture(scope="module")
def paths(client: Client) -> dict[str, Any]:
    described: dict[str, Any] = client.json("/openapi.json")["paths"]
    return described


@pytest.mark.parametrize("route", ANSWERS)
def test_an_example_is_of_the_type_of_its_answer(paths: dict[str, Any], route: str) -> None:
    ((_, operation),) = paths[f"/api/v1{route}"].items()
    content = operation["responses"]["200"]["content"]["application/json"]
    reference = content["schema"].get("$ref") or content["schema"]["items"]["$ref"]
    model = getattr(v1_models, reference.rpartition("/")[2])
    assert content["example"] == ANSWERS[route]
    TypeAdapter(list[model] if isinstance(ANSWERS[route], list) else model).validate_python(ANSWERS[route])


def test_every_parameter_of_a_look_shows_values_that_are_drawn(client: Client, paths: dict[str, Any]) -> None:
    operation = paths["/api/v1/images/{image_id}/tiles/{z}/{x}/{y}.{format}"]["get"]
    queries = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
    assert queries.keys() - {"v"} == STYLE_VALUES.keys()
    tile = "/api/v1/images/cube.fits/tiles/0/0/0.png?"
    for name, schema in queries.items():
        for value in schema.get("examples", ()):
            answer = client.get(tile + urlencode({name: value}, doseq=True))
            assert answer.status_code == 200, (name, value, answer.text)
    first = {name: values[0] for name, values in STYLE_VALUES.items()}
    assert client.get(tile + urlencode(first, doseq=True)).status_code == 200


@pytest.mark.parametrize("name", STYLE_VALUES)
def test_the_values_shown_match_the_schema(paths: dict[str, Any], name: str) -> None:
    validate = pytest.importorskip("jsonschema_rs").validate  # comes with schemathesis
    operation = paths["/api/v1/images/{image_id}/view.{format}"]["get"]
    (schema,) = [one["schema"] for one in operation["parameters"] if one["name"] == name]
    assert schema["examples"] == list(STYLE_VALUES[name])
    for value in schema["examples"]:
        validate(schema, value)


def test_documents_of_a_version_and_unchanged_ones_are_described(paths: dict[str, Any]) -> None:
    for route in ("header", "values", "spectrum", "wcs/grid", "tiles/{z}/{x}/{y}.{format}", "region.{format}"):
        operation = paths[f"/api/v1/images/{{image_id}}/{route}"]["get"]
        assert "304" in operation["responses"], route
        assert "v" in [one["name"] for one in operation["parameters"]], route
    assert "304" not in paths["/api/v1/images"]["get"]["responses"]


def test_every_required_parameter_of_an_image_has_an_example(paths: dict[str, Any]) -> None:
    for path, methods in paths.items():
        if "{image_id}" not in path:
            continue
        for operation in methods.values():
            for one in operation.get("parameters", []):
                told = "example" in one or "examples" in one or "examples" in one["schema"]
                assert told or not one["required"], (path, one["name"])
