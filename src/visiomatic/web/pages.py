"""The pages: the viewer, a word when it was not built, the description of the interface, the manual."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from visiomatic.web.static import file_response

# Catalogues, name resolvers and surveys are asked over https, a SAMP hub on the user's own machine.
_RULES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data: blob:; font-src 'self'; "
    "connect-src 'self' https: http://localhost:21012 http://127.0.0.1:21012; worker-src 'self' blob:; "
    "frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
SAFETY = {"content-security-policy": _RULES, "referrer-policy": "same-origin", "x-content-type-options": "nosniff"}
ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="15" fill="#10141c"/>'
    b'<ellipse cx="16" cy="16" rx="11" ry="4.5" fill="none" stroke="#8ab4ff" stroke-width="1.6" '
    b'transform="rotate(-28 16 16)"/><circle cx="16" cy="16" r="3.2" fill="#ffe9b0"/></svg>'
)
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_CONDITION = re.compile(r"\{%\s*if (\w+)\s*%\}(.*?)\{%\s*endif\s*%\}", re.DOTALL)


class Pages:
    """Answers `/`, `/client/…`, `/favicon.ico`; *template* replaces the page of the built client."""

    def __init__(self, client: Path, template: Path | None, variables: Mapping[str, str]) -> None:
        self._client = client
        self._template = template
        self._variables = dict(variables)

    async def viewer(self, request: Request) -> Response:
        if self._template is not None:
            variables = {**self._variables, "image": request.query_params.get("image", "")}
            return HTMLResponse(fill(self._template.read_text("utf-8"), variables))
        if (self._client / "index.html").is_file():
            return file_response(self._client, "index.html", request, SAFETY)
        return HTMLResponse(NOT_BUILT, headers={**SAFETY, "cache-control": "no-store"})

    async def client_file(self, request: Request) -> Response:
        return file_response(self._client, request.path_params["name"], request)

    async def favicon(self, request: Request) -> Response:
        for name in ("favicon.ico", "favicon.svg"):
            if (self._client / name).is_file():
                return file_response(self._client, name, request)
        return Response(ICON, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})


def fill(template: str, variables: Mapping[str, str]) -> str:
    """``{{ name }}`` replaced by the escaped variable; unknown names vanish.

    What stands between ``{% if name %}`` and ``{% endif %}`` is kept where the variable is not empty, as the page of
    VisiOmatic 3 has it. Nothing else of Jinja is understood.
    """
    kept = _CONDITION.sub(lambda match: match[2] if variables.get(match[1]) else "", template)
    return _PLACEHOLDER.sub(lambda match: escape(variables.get(match[1], ""), quote=True), kept)


NOT_BUILT = (
    b"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    b"<title>VisiOmatic</title><h1>The viewer was not built</h1>"
    b"<p>This server runs from a checkout whose web client has not been built yet. Run <code>make run</code>, or "
    b"<code>make client</code> and then reload this page. It needs Node.js 20 or newer.</p>"
    b"<p>The interface works without it: <a href='docs'>its description</a>, "
    b"<a href='api/v1/images'>the images</a>.</p>"
    b"</html>"
)
