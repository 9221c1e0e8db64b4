"""The examples in the description of the interface are answers of the types that it describes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from visiomatic.web import v1_models
from visiomatic.web.openapi_examples import ANSWERS

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
