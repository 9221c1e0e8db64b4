"""The application of one worker, wired together from the settings."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from visiomatic import __version__
from visiomatic.errors import ConfigurationError, VisiomaticError
from visiomatic.fits.resources import Resources
from visiomatic.image import ImageFactory
from visiomatic.library import Library
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.memory import MemoryPool
from visiomatic.pyramid.unpacked import UnpackedFiles
from visiomatic.tray import Tray
from visiomatic.web.answers import to_json
from visiomatic.web.docs_page import STYLE_SHEET, docs_page
from visiomatic.web.errors import RETRY_SECONDS, error_body, message_of, parameter_of, report, status_of
from visiomatic.web.front import Front
from visiomatic.web.iip import Iip, banner_page
from visiomatic.web.iip_query import Defaults
from visiomatic.web.openapi import complete
from visiomatic.web.outside import Outside, services
from visiomatic.web.pages import SAFETY, Pages, fill
from visiomatic.web.pool import GivenUp
from visiomatic.web.site import Limits, Site
from visiomatic.web.v1 import router
from visiomatic.web.v1_dropped import router as dropped
from visiomatic.web.v1_outside import router as outside_router
from visiomatic.web.v1_overlays import router as overlays_router
from visiomatic.web.v1_pictures import Pictures

if TYPE_CHECKING:
    from visiomatic.settings import Settings

SETTINGS_VARIABLE = "VISIOMATIC_SETTINGS_JSON"
STATISTICS_BYTES = 64 << 20  # samples of planes that a worker keeps
DESCRIPTION = (
    "A viewer of astronomical images of any size. Positions are FITS pixels (the centre of the first one is 1,1; "
    "y runs upwards), channels are counted from 1, angles are degrees."
)


def application() -> Front:
    """What a worker process serves: settings come from the process that started it."""
    from visiomatic.settings import Settings

    text = os.environ.get(SETTINGS_VARIABLE)
    if text is None:
        raise ConfigurationError(f"the variable {SETTINGS_VARIABLE} is not set; start the server with `visiomatic`")
    app = create_app(Settings.model_validate_json(text))
    gc.freeze()  # what was imported stays: no collection need look at it again
    gc.set_threshold(20_000, 20, 20)  # requests make few cycles, and many objects that vanish by themselves
    return app


def create_app(settings: Settings) -> Front:
    """The ASGI application for *settings*. Nothing is opened before the first request."""
    site = make_site(settings)
    variables = {
        "root_path": settings.root_path,
        "api_path": settings.api_path,
        "doc_url": manual_url(settings),
        "package": "VisiOmatic",
        "version": __version__,
    }
    template = _template(settings, settings.banner_template)
    banner = fill(template.read_text("utf-8"), variables).encode() if template else banner_page()
    return Front(
        settings.api_path,
        Iip(site, banner),
        Pictures(site),
        make_framework(settings, site, variables),
        settings.cors_origins,
        settings.root_path,
    )


def make_site(settings: Settings) -> Site:
    cache = OverviewCache(
        settings.cache_dir,
        limit_bytes=settings.max_cache_bytes,
        max_images=settings.max_cache_image_count,
        memory_bytes=settings.max_overview_memory_bytes,
        threads=settings.build_threads,
    )
    factory = ImageFactory(
        cache, Resources(keeper=UnpackedFiles(cache)), settings.tile_size, MemoryPool(STATISTICS_BYTES)
    )
    limits = Limits(
        picture_pixels=settings.max_picture_pixels,
        region_tiles=settings.max_region_tile_count,
        cutout_bytes=settings.max_cutout_bytes,
        positions=settings.max_positions,
        region_pixels=settings.max_region_pixels,
        listing=settings.max_listing,
        seconds=settings.request_time_limit,
    )
    tray = Tray(settings.drop_dir, settings.max_dropped_bytes) if settings.drop_dir else None
    return Site(
        Library(settings.data_dir, factory, files=settings.files, tray=settings.drop_dir),
        threads=settings.thread_count,
        cache_bytes=settings.max_tile_cache_bytes,
        limits=limits,
        defaults=Defaults(settings.contrast, settings.brightness, settings.gamma, settings.quality),
        saturation=settings.color_saturation,
        outside=Outside(services(settings.outside_services), settings.request_time_limit),
        tray=tray,
        manual=manual_url(settings),
        takes_from_anywhere=settings.dropped_files == "yes",
        overlay_dir=settings.overlay_dir,
    )


def make_framework(settings: Settings, site: Site, variables: Mapping[str, str]) -> FastAPI:
    """Everything but the hot routes: JSON, pages, static files."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        await site.outside.close()
        site.close()

    app = FastAPI(
        title="VisiOmatic",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    app.state.site = site
    for routes in (router, outside_router, overlays_router, dropped):
        app.include_router(routes, prefix=f"{settings.api_path}/v1")
    for error in (VisiomaticError, GivenUp, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(error, _answer_error)
    add_pages(app, settings, variables)
    framework_openapi = app.openapi
    described: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not described:
            described.update(complete(framework_openapi(), settings.api_path))
        return described

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def add_pages(app: FastAPI, settings: Settings, variables: Mapping[str, str]) -> None:
    """The viewer, its files, the descriptions of the interface, the manual, the extra directory."""
    here = Path(__file__).parents[1]
    pages = Pages(settings.client_dir or here / "client", _template(settings, settings.base_template), variables)

    async def docs(_: Request) -> Response:
        return HTMLResponse(docs_page(app.openapi(), ""), headers=SAFETY)

    async def style(_: Request) -> Response:
        return Response(STYLE_SHEET, media_type="text/css")

    async def redoc(_: Request) -> Response:
        return RedirectResponse("docs")

    for path, answer in (
        ("/", pages.viewer),
        ("/client/{name:path}", pages.client_file),
        ("/favicon.ico", pages.favicon),
        ("/docs", docs),
        ("/docs/style.css", style),
        ("/redoc", redoc),
    ):
        app.add_route(path, answer, methods=["GET"], include_in_schema=False)
    manual = manual_folder(settings)
    if manual.is_dir():
        app.mount(settings.doc_path, StaticFiles(directory=manual, html=True))
    if settings.extra_dir is not None:
        app.mount("/extra", StaticFiles(directory=settings.extra_dir))


def manual_url(settings: Settings) -> str:
    """Address of the manual, from the root of this server or elsewhere; empty where it was not built."""
    return settings.userdoc_url or (f"{settings.doc_path}/" if manual_folder(settings).is_dir() else "")


def manual_folder(settings: Settings) -> Path:
    """Where the pages of the manual are, if it was built."""
    return settings.doc_dir or Path(__file__).parents[1] / "manual"


def _template(settings: Settings, name: str) -> Path | None:
    """The file that replaces a built-in page, when there is one."""
    path = settings.template_dir / name if settings.template_dir is not None else None
    return path if path is not None and path.is_file() else None


async def _answer_error(_: Request, error: Exception) -> Response:
    """Every error in the one shape of `api/v1`."""
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException) and error.status_code == 400:
        return _error(422, error_body("bad_parameter", "body: this is not JSON", "body"))
    if isinstance(error, HTTPException):
        name = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        return _error(error.status_code, error_body(name, str(error.detail)), error.headers)
    if isinstance(error, GivenUp):
        return Response(status_code=499)
    report(error)
    status = status_of(error)
    return _error(status.code, error_body(status.name, message_of(error), parameter_of(error)))


def _invalid(error: RequestValidationError) -> Response:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    parameter = place[1] if len(place) > 1 else place[0]
    return _error(422, error_body("bad_parameter", f"{parameter}: {first['msg']}", parameter))


def _error(status: int, body: dict[str, object], more: Mapping[str, str] | None = None) -> Response:
    headers = {"cache-control": "no-store", **(more or {})}
    if status in RETRY_SECONDS:
        headers["retry-after"] = RETRY_SECONDS[status].decode()
    return Response(to_json(body), status, headers, "application/json")
