"""Pages written from the program: the options and the interface over HTTP. They cannot be out of date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ByteSize

from visiomatic.settings import RETIRED, SECTIONS, Option, options

TITLES = {
    "host": "Server process",
    "image": "Defaults of the VisiOmatic 3 interface",
    "server": "What is served",
    "limits": "Limits of one request",
    "engine": "Threads",
    "cache": "Cache",
}


def setup(app: Any) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "version": "1"}


def write_pages(app: Any) -> None:
    """Write the pages beside the ones written by hand; they are not under version control."""
    folder = Path(app.srcdir) / "reference"
    _write(folder / "options.md", options_page())
    _write(folder / "http.md", http_page())


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def options_page() -> str:
    """All settings, section by section."""
    lines = [
        "# Options",
        "",
        "Each option can be given on the command line (`--tile-size 512`; the spelling of VisiOmatic 3, `--tile_size`,",
        "works too), in the environment (`VISIOMATIC_TILE_SIZE=512`) or in the configuration file (`tile_size = 512`).",
        "The command line wins over the environment, the environment over the file.",
        "`visiomatic --show-config` prints what is in force.",
        "",
    ]
    for section in SECTIONS:
        lines += [f"## {TITLES[section]}", "", f"Section `[{section}]` of the configuration file.", ""]
        lines += ["| option | short | default | meaning |", "|---|---|---|---|"]
        lines += [_option_row(option) for option in options() if option.section == section]
        lines.append("")
    lines += ["## Without effect", "", "Options of VisiOmatic 3 that are still accepted, with a warning:", ""]
    lines += [f"- `{name}`: {reason}" for name, reason in RETIRED.items()]
    return "\n".join([*lines, ""])


def _option_row(option: Option) -> str:
    default = option.default
    if option.name in ("workers", "thread_count"):
        shown = "by the number of cores"
    elif option.name == "cache_dir":
        shown = "the user's cache directory"
    elif isinstance(default, ByteSize):
        shown = default.human_readable()
    else:
        shown = (
            "" if default in (None, "", ()) else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        )
    letter = f"`-{option.letter}`" if option.letter else ""
    return f"| `--{option.name.replace('_', '-')}` | {letter} | {shown} | {option.description} |"


def http_page() -> str:
    """Every route with its parameters, from the OpenAPI description that the server gives."""
    from visiomatic.settings import Settings
    from visiomatic.web.app import make_framework, make_site

    settings = Settings()
    schema = make_framework(settings, make_site(settings), {}).openapi()
    lines = ["# HTTP interface", "", schema["info"].get("description", ""), ""]
    lines += ["The same description, to try out, is at `/docs` of every server; as OpenAPI at `/openapi.json`.", ""]
    groups: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups.setdefault((operation.get("tags") or ["other"])[0], []).extend(_operation(path, method, operation))
    for name, body in groups.items():
        lines += [f"## {name}", "", *body]
    return "\n".join([*lines, ""])


def _operation(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    lines = [f"### `{method.upper()} {path}`", ""]
    for key in ("summary", "description"):
        if operation.get(key):
            lines += [operation[key], ""]
    parameters = operation.get("parameters", [])
    if parameters:
        lines += ["| parameter | in | type | default | meaning |", "|---|---|---|---|---|"]
        lines += [_parameter_row(parameter) for parameter in parameters]
        lines.append("")
    answers = ", ".join(
        f"{code} {answer.get('description', '')}".strip() for code, answer in operation["responses"].items()
    )
    return [*lines, f"Answers: {answers}.", ""]


def _parameter_row(parameter: dict[str, Any]) -> str:
    schema = parameter.get("schema", {})
    kinds = [one.get("type", "") for one in schema.get("anyOf", [schema])]
    kind = " or ".join(kind for kind in kinds if kind and kind != "null")
    default = "" if schema.get("default") in (None, "") else f"`{schema['default']}`"
    meaning = " ".join((parameter.get("description") or "").split()).replace("|", "\\|")
    required = " (required)" if parameter.get("required") and parameter["in"] != "path" else ""
    return f"| `{parameter['name']}` | {parameter['in']} | {kind} | {default} | {meaning}{required} |"
