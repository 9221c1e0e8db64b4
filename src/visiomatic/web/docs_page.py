"""The description of the interface as a page: no script, nothing from another server."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import quote

Schema = dict[str, Any]

STYLE_SHEET = b"""
:root { color-scheme: dark light; --line: #8884; --soft: #8882; --accent: #4a7dff; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; }
section { border: 1px solid var(--line); border-radius: 8px; padding: 0 1rem 1rem; margin: 1rem 0; }
h3 { font: 600 15px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
h3 b { color: var(--accent); }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-top: 1px solid var(--soft); }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
pre { background: var(--soft); padding: 12px; border-radius: 8px; overflow-x: auto; }
a { color: var(--accent); }
"""


def docs_page(schema: Schema, base: str) -> str:
    """HTML of an OpenAPI description; *base* is the relative address of the server's root."""
    info = schema["info"]
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        '<meta name=viewport content="width=device-width, initial-scale=1">',
        f"<title>{escape(info['title'])}: interface</title>",
        f"<link rel=stylesheet href={base}docs/style.css></head><body>",
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{escape(info.get('description', ''))}</p>",
        f"<p>Machine-readable: <a href={base}openapi.json>openapi.json</a>. <a href={base or './'}>Viewer</a>.</p>",
    ]
    for tag, operations in _by_tag(schema).items():
        parts.append(f"<h2>{escape(tag)}</h2>")
        for path, method, operation in operations:
            parts.extend(_operation(path, method, operation, base))
    parts.append("<h2>Answers</h2>")
    for name, model in schema.get("components", {}).get("schemas", {}).items():
        parts.extend(_model(name, model))
    return "".join(parts) + "</body></html>"


def _by_tag(schema: Schema) -> dict[str, list[tuple[str, str, Schema]]]:
    groups: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups.setdefault((operation.get("tags") or ["pages"])[0], []).append((path, method, operation))
    return groups


def _operation(path: str, method: str, operation: Schema, base: str) -> Iterator[str]:
    yield f"<section><h3><b>{method.upper()}</b> {escape(path)}</h3><p>{escape(operation.get('summary', ''))}"
    if operation.get("description"):
        yield f"<br>{escape(operation['description'])}"
    yield "</p>"
    parameters = operation.get("parameters", [])
    if parameters:
        yield "<table><tr><th>parameter<th>in<th>values<th>meaning"
        for one in parameters:
            required = " (required)" if one.get("required") and one["in"] == "query" else ""
            meaning = f"{one.get('description', '')}{required}"
            yield f"<tr><td><code>{escape(one['name'])}</code><td>{one['in']}<td><code>{escape(_kind(one['schema']))}"
            yield f"</code><td>{escape(meaning)}"
        yield "</table>"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        yield f"<p>Body: {_link(_kind(body))}</p>"
    yield "<p>" + " &middot; ".join(_answers(operation["responses"])) + "</p>"
    if method == "get" and all(
        "example" in one or "examples" in one["schema"] or not one["required"] for one in parameters
    ):
        address = escape(base + _example(path, parameters).lstrip("/"), quote=True)
        yield f'<p>Try: <a href="{address}"><code>{address}</code></a></p>'
    yield "</section>"


def _answers(responses: Schema) -> Iterator[str]:
    for status, answer in responses.items():
        content = answer.get("content", {})
        model = content.get("application/json", {}).get("schema")
        kinds = _link(_kind(model)) if model else escape(", ".join(content))
        yield f"<b>{status}</b> {escape(answer.get('description', ''))} {kinds}".rstrip()


def _model(name: str, model: Schema) -> Iterator[str]:
    yield f'<section id="{escape(name)}"><h3>{escape(name)}</h3><table>'
    for field, schema in model.get("properties", {}).items():
        yield f"<tr><td><code>{escape(field)}</code><td>{_link(_kind(schema))}"
    yield "</table></section>"


def _kind(schema: Schema) -> str:
    """A type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        items = schema.get("items") or {}
        return f"list of {_kind(items)}" if items else f"{schema.get('minItems', '')} values".strip()
    limits = [str(schema[key]) for key in ("minimum", "maximum") if key in schema]
    default = f", default {schema['default']}" if schema.get("default") not in (None, "") else ""
    return str(schema.get("type", "any")) + (f" {' to '.join(limits)}" if limits else "") + default


def _link(kind: str) -> str:
    words = [f'<a href="#{word}">{word}</a>' if word[:1].isupper() else escape(word) for word in kind.split(" ")]
    return " ".join(words)


def _example(path: str, parameters: list[Schema]) -> str:
    query = []
    for one in parameters:
        value = one.get("example", next(iter(one["schema"].get("examples") or one.get("examples") or [None]), None))
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", quote(str(value), safe=""))
        elif value is not None:
            query.append(f"{one['name']}={quote(str(value[0] if isinstance(value, list) else value), safe=',:')}")
    return path + ("?" + "&".join(query) if query else "")
