"""``{screens} display``: the pictures of a panel that `tools/screenshots.py` took, in the reader's own theme.

Where they were not taken, the page says so in their place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

FOLDER = "pictures"
SIZES = {"desktop": "on a desktop", "phone": "on a phone"}
SCHEMES = ("light", "dark")


class Screens(SphinxDirective):
    """The argument is the id of a panel, or ``page`` for the page without one."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        panel = self.arguments[0]
        folder = Path(self.env.srcdir) / FOLDER
        names = [f"{panel}-{size}-{scheme}.jpg" for size in SIZES for scheme in SCHEMES]
        if not all((folder / name).is_file() for name in names):
            return [nodes.paragraph("", "", nodes.emphasis("", "(This build of the manual has no pictures.)"))]
        box = nodes.container(classes=["screens"])
        box += [self._picture(panel, size, scheme) for size in SIZES for scheme in SCHEMES]
        return [box]

    def _picture(self, panel: str, size: str, scheme: str) -> nodes.image:
        what = "The page" if panel == "page" else f"The panel “{panel}”"
        return nodes.image(
            uri=f"/{FOLDER}/{panel}-{size}-{scheme}.jpg",
            alt=f"{what} {SIZES[size]}, {scheme}",
            classes=[size, f"only-{scheme}"],
        )


def setup(app: Any) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("screens", Screens)
    return {"parallel_read_safe": True, "version": "1"}
