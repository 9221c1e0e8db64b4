"""The description of the interface, held against what the interface does with thousands of odd requests."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pydantic import TypeAdapter

from visiomatic.web import v1_models

from .conftest import Client

ODD = [
    "", "0", "1", "-1", "2", "9999999999999999999999", "1.5", "nan", "inf", "-inf", "1e308", "1e-320", "x", "é", "\0",
    "%", "../..", "1,1", "1,1,1", "1,2,3,4", "0.5,0.5,10,10", "1:1,0,0", "1:ff0000", "1:zscale", "99%", "3sigma",
    "zscale", "1,1:5,5", "5,5:1,1", "1,1:1,1", "0,1:1,0", "3,3,2", "3,3,2,1,45", "1,1,9,1,9,9", "a" * 300, "true",
    "asinh", "histeq", "viridis", "grey_r", "transparent", "ff000080", "1,5", "8,0.5", "64", "64,64", "1_0", " 1 ",
    "field.fits", "cube.fits", "holes.fits", "empty.fits", "hot", "0,0", "2,1", "10,20:110,220", "icrs", "median",
]  # fmt: skip
IDS = [
    "field.fits", "cube.fits", "holes.fits", "empty.fits", "constant.fits", "int64.fits", "odd.fits", "nope.fits",
    "broken.fits", "notes.txt", "cube.fits[1:50,1:50]", "field.fits[9]", "../x", "sub/deep er/ngc+1 é.fits",
]  # fmt: skip
ROUNDS = 60


@pytest.fixture(scope="module")
def schema(client: Client) -> dict[str, Any]:
    described: dict[str, Any] = client.json("/openapi.json")
    return described


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, methods["get"]) for path, methods in schema["paths"].items() if "get" in methods]


def request_of(path: str, operation: dict[str, Any], source: random.Random) -> str:
    query = []
    for one in operation.get("parameters", []):
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", quote(path_value(one, source), safe=""))
        elif source.random() < 0.3 or (one.get("required") and source.random() < 0.9):
            values = [query_value(one, source) for _ in range(source.choice([1, 1, 1, 2, 3]))]
            query += [f"{one['name']}={quote(value, safe='')}" for value in values]
    return path + "?" + "&".join(query)


def path_value(parameter: dict[str, Any], source: random.Random) -> str:
    if parameter["name"] == "image_id":
        return source.choice(IDS)
    if parameter["name"] == "format":
        return str(source.choice([*parameter["schema"]["enum"], "gif"]))
    return source.choice(["0", "0", "1", "2", "7", "-1", "x", "99999999999"])


def query_value(parameter: dict[str, Any], source: random.Random) -> str:
    kind = parameter["schema"].get("items", parameter["schema"])
    if "enum" in kind and source.random() < 0.7:
        return str(source.choice(kind["enum"]))
    if "minimum" in kind and source.random() < 0.6:
        return str(source.choice([kind["minimum"], kind.get("maximum", 5), kind.get("default", 1)]))
    return source.choice(ODD)


def check(answer: httpx.Response, url: str, operation: dict[str, Any]) -> None:
    assert answer.status_code != 500, url
    assert str(answer.status_code) in operation["responses"], (url, answer.status_code)
    media = answer.headers["content-type"].partition(";")[0]
    assert media in operation["responses"][str(answer.status_code)].get("content", {}), (url, media)
    if answer.status_code >= 400:
        check_error(answer, url)
    elif media == "application/json":
        described = operation["responses"]["200"]["content"]["application/json"].get("schema", {})
        if "$ref" in described:
            model = getattr(v1_models, described["$ref"].rpartition("/")[2])
            TypeAdapter(model).validate_json(answer.content)


def check_error(answer: httpx.Response, url: str) -> None:
    body = answer.json()
    if url.startswith("/api?"):
        (detail,) = body["detail"]
        assert detail["msg"]
        assert detail["loc"][0] == "query"
    else:
        assert set(body["error"]) <= {"code", "message", "parameter"}
        assert body["error"]["message"]
    assert "Traceback" not in answer.text


def test_no_request_that_anyone_can_write_breaks_the_interface(client: Client, schema: dict[str, Any]) -> None:
    source = random.Random(20)
    for path, operation in operations(schema):
        if path.endswith("/events"):
            continue
        urls = [request_of(path, operation, source) for _ in range(ROUNDS)]
        for url, answer in zip(urls, client.together(urls), strict=True):
            check(answer, url, operation)


def test_every_route_and_every_parameter_is_described(schema: dict[str, Any]) -> None:
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert {"200", "404", "422"} <= set(operation["responses"]), path
            for one in operation.get("parameters", []):
                assert one["schema"], (path, one)


def test_all_that_the_reader_of_styles_knows_is_described(schema: dict[str, Any]) -> None:
    from visiomatic.web.params import STYLE_NAMES

    described = schema["paths"]["/api/v1/images/{image_id}/tiles/{z}/{x}/{y}.{format}"]["get"]["parameters"]
    assert {one["name"] for one in described if one["in"] == "query"} >= STYLE_NAMES


def test_answers_are_the_same_when_asked_again(client: Client, schema: dict[str, Any]) -> None:
    source = random.Random(5)
    for path, operation in operations(schema):
        if "tiles" in path or "view" in path or path == "/api":
            for url in [request_of(path, operation, source) for _ in range(25)]:
                first, second = client.get(url), client.get(url)
                assert (first.status_code, first.content) == (second.status_code, second.content), url


def test_bodies_nobody_expects_are_refused_in_the_one_shape(client: Client, library: Path) -> None:
    for route in ("sky", "pixel"):
        for body in (b"", b"{", b"[]", b"null", b'{"pixels": 1}', b'{"sky": [["a", 1]]}', b'{"sky": [[1e999, 1]]}'):
            answer = client.request("POST", f"/api/v1/images/field.fits/{route}", content=body)
            assert answer.status_code == 422
            assert answer.json()["error"]["code"] == "bad_parameter"
