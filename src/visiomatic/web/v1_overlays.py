"""`api/v1/overlays`: catalogues and region files that the site offers to draw over its images (option overlay-dir)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from fastapi import APIRouter, Request, Response

from visiomatic.errors import NotFound
from visiomatic.web import v1_models as models
from visiomatic.web.static import file_response
from visiomatic.web.v1 import ERRORS, Shared

# A file of the site's is data here, whatever it holds.
GUARD = {"content-security-policy": "default-src 'none'; sandbox", "content-type": "application/octet-stream"}
MOST = 1000  # files that are listed

router = APIRouter(responses=ERRORS, tags=["api/v1"])


@router.get("/overlays", summary="Catalogues and regions that the site offers")
async def overlays(site: Shared, request: Request) -> models.OverlayListAnswer:
    """By name, with their sizes. Empty where the option overlay-dir is not set."""
    folder = site.overlay_dir
    found = [] if folder is None else await site.compute("overlays", partial(_listed, folder), request.receive)
    return {"overlays": found}


@router.get(
    "/overlays/{name}",
    summary="One of them, as it is",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file"}},
)
async def overlay(site: Shared, request: Request, name: str) -> Response:
    """GeoJSON, a region file of DS9, CSV, TSV, VOTable or a FITS table."""
    folder = site.overlay_dir
    if folder is None or name.startswith("."):
        raise NotFound(f"there is no overlay {name[:100]!r}")
    return await site.compute("overlays", partial(file_response, folder, name, request, GUARD), request.receive)


def _listed(folder: Path) -> list[models.ListedOverlay]:
    """Plain files; hidden ones, and links that lead away, are left out as they are not handed out."""
    root = folder.resolve()
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file() and path.resolve().parent == root)
        files = [path for path in files if not path.name.startswith(".")]
        return [{"name": path.name, "bytes": path.stat().st_size} for path in files[:MOST]]
    except OSError:
        raise NotFound("the directory of overlays cannot be read") from None
