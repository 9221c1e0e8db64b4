"""The examples of embedding, put beside the manual so that they run on the server that hands it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SERVER = "https://images.example.org/"
KINDS = (".html", ".js", ".css")


def setup(app: Any) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("build-finished", copy_examples)
    return {"parallel_read_safe": True, "version": "1"}


def copy_examples(app: Any, error: Exception | None) -> None:
    """Pages of `examples/` that need no building, with addresses relative to the manual (`/manual/examples/`)."""
    if error is not None or app.builder.format != "html":
        return
    target = Path(app.outdir) / "examples"
    target.mkdir(exist_ok=True)
    for path in sorted((Path(app.srcdir) / "examples").glob("*")):
        if path.suffix in KINDS:
            text = path.read_text(encoding="utf-8")
            (target / path.name).write_text(text.replace(SERVER, "../../"), encoding="utf-8")
