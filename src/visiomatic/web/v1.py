"""`api/v1`: the routes that answer in JSON. Each reads its parameters, asks one question below, and answers."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import unquote

import numpy as np
from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from visiomatic import __version__
from visiomatic.image import Image
from visiomatic.regions import Statistic
from visiomatic.render.colormaps import catalogue
from visiomatic.web import v1_images, v1_numbers
from visiomatic.web import v1_models as models
from visiomatic.web.answers import to_json
from visiomatic.web.caching import REVALIDATE
from visiomatic.web.documents import constant, passing, unchanging
from visiomatic.web.events import stream_events
from visiomatic.web.openapi import TOO_LONG
from visiomatic.web.params import numbers
from visiomatic.web.site import Site

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": models.ErrorAnswer, "description": description}
    for status, description in (
        (404, "No such image, or nothing of that name in it"),
        (413, "More than a limit of the server allows; the message names the limit"),
        (422, "A parameter that cannot be read"),
        (503, "Not now: the file is changing, or the time limit was reached"),
    )
}
ERRORS.update({status: {"description": description} for status, description in TOO_LONG.items()})
FRAMES = ("icrs", "fk5", "fk4", "galactic", "ecliptic", "supergalactic", "native")

router = APIRouter(responses=ERRORS, tags=["api/v1"])

ImageId = Annotated[
    str,
    Path(description="Path of the image, percent-encoded as one segment", examples=["m31.fits"]),
    AfterValidator(unquote),
]
ChannelNumber = Annotated[int, Query(ge=1, le=2**31, description="Channel, counted from 1", examples=[1])]
Channels = Annotated[
    list[Annotated[int, Field(ge=1, le=2**31)]] | None, Query(alias="channel", description="Channels, repeatable")
]
Frame = Literal["icrs", "fk5", "fk4", "galactic", "ecliptic", "supergalactic", "native"]

# Patterns tell what is usual; numbers are read in any notation.
_COORDINATE = r"-?[0-9]{1,6}(\.[0-9]{1,6})?"
_LENGTH = r"[1-9][0-9]{0,5}(\.[0-9]{1,6})?"


def _many(count: int) -> dict[str, Any]:
    return {"pattern": f"^{_COORDINATE}(,{_COORDINATE}){{{count - 1}}}$"}


Box = Annotated[
    str | None,
    Query(description="x1,y1,x2,y2", examples=["10,10,50,40"], max_length=4000, json_schema_extra=_many(4)),
]
Circle = Annotated[
    str | None,
    Query(
        description="x,y,radius",
        max_length=4000,
        json_schema_extra={"pattern": f"^{_COORDINATE},{_COORDINATE},{_LENGTH}$"},
    ),
]
Ellipse = Annotated[
    str | None,
    Query(
        description="x,y,a,b,angle: semi-axes, and degrees counter-clockwise from x to a",
        max_length=4000,
        json_schema_extra={"pattern": f"^{_COORDINATE},{_COORDINATE},{_LENGTH},{_LENGTH},{_COORDINATE}$"},
    ),
]
Polygon = Annotated[
    str | None,
    Query(
        description="x,y of three corners or more",
        max_length=40_000,
        json_schema_extra={"pattern": f"^{_COORDINATE},{_COORDINATE}(,{_COORDINATE},{_COORDINATE}){{2,100}}$"},
    ),
]


async def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


Shared = Annotated[Site, Depends(site_of)]


@router.get("", include_in_schema=False)
@router.get("/", response_model=models.ServiceAnswer, summary="What this server is")
async def service(request: Request, site: Shared) -> Response:
    limits = site.limits
    links = {"images": "images", "colormaps": "colormaps", "openapi": "../../openapi.json", "docs": "../../docs"}
    if site.manual:  # relative to this address, so that a proxy may publish the server anywhere
        links["manual"] = f"../..{site.manual}" if site.manual.startswith("/") else site.manual
    answer: models.ServiceAnswer = {
        "name": "VisiOmatic",
        "version": __version__,
        "links": links,
        "auto_image": site.library.auto_image,
        "limits": {
            "picture_pixels": limits.picture_pixels,
            "region_tiles": limits.region_tiles,
            "cutout_bytes": limits.cutout_bytes,
            "positions": limits.positions,
            "region_pixels": limits.region_pixels,
            "listing": limits.listing,
            "seconds": limits.seconds,
            "dropped_bytes": site.tray.limit if site.tray else 0,
        },
    }
    headers = {"cache-control": REVALIDATE.decode()}
    return Response(to_json(answer), media_type="application/json", headers=headers)


@router.get("/images", response_model=models.ImageListAnswer, summary="Images and directories")
async def images(
    request: Request,
    site: Shared,
    directory: Annotated[str, Query(max_length=2000, description="Relative to the library")] = "",
    search: Annotated[str, Query(max_length=200, description="Part of a path; searches sub-directories too")] = "",
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 100,
) -> Response:
    page = partial(site.library.list, directory, search, offset, min(limit, site.limits.listing))
    return await passing(request, site, "library", lambda: v1_images.listing(page()))


@router.get("/images/{image_id}", response_model=models.ImageAnswer, summary="An image and how to show it first")
async def info(request: Request, site: Shared, image_id: ImageId) -> Response:
    image = await site.image(image_id, request.receive)
    return await passing(request, site, image.id, partial(v1_images.info, image))


@router.get("/images/{image_id}/header", response_model=models.HeaderAnswer, summary="All header cards")
async def header(request: Request, site: Shared, image_id: ImageId) -> Response:
    return await constant(request, site, image_id, v1_images.header)


@router.get("/images/{image_id}/hdus", response_model=models.HdusAnswer, summary="HDUs of the file")
async def hdus(request: Request, site: Shared, image_id: ImageId) -> Response:
    return await constant(request, site, image_id, lambda image: {"hdus": v1_images.hdus(image)})


@router.get("/images/{image_id}/channels", response_model=models.ChannelsAnswer, summary="Channels with labels")
async def channels(request: Request, site: Shared, image_id: ImageId) -> Response:
    return await constant(request, site, image_id, lambda image: {"channels": v1_images.channels(image)})


@router.get(
    "/images/{image_id}/statistics", response_model=models.StatisticsAnswer, summary="Statistics of a seeded sample"
)
async def statistics(request: Request, site: Shared, image_id: ImageId, channel: ChannelNumber = 1) -> Response:
    return await constant(request, site, image_id, lambda image: v1_images.statistics(image, _one(image, channel)))


@router.get("/images/{image_id}/histogram", response_model=models.HistogramAnswer, summary="Histogram of the sample")
async def histogram(
    request: Request,
    site: Shared,
    image_id: ImageId,
    channel: ChannelNumber = 1,
    bins: Annotated[int, Query(ge=1, le=65_536)] = 256,
    extent: Annotated[
        str | None, Query(alias="range", description="low,high", examples=["0,1000"], json_schema_extra=_many(2))
    ] = None,
) -> Response:
    limits: tuple[float, float] | None = None
    if extent is not None:
        low, high = sorted(numbers("range", extent, 2))
        limits = low, high
    return await constant(
        request, site, image_id, lambda image: v1_images.histogram(image, _one(image, channel), bins, limits)
    )


@router.get("/images/{image_id}/values", response_model=models.ValuesAnswer, summary="Exact values at pixels")
async def values(
    request: Request,
    site: Shared,
    image_id: ImageId,
    at: Annotated[
        list[Annotated[str, Field(json_schema_extra=_many(2))]],
        Query(description="x,y in FITS pixels, repeatable", examples=[["150,151"]]),
    ],
    channel: Channels = None,
) -> Response:
    positions = v1_numbers.read_positions("at", at)

    def write(image: Image) -> object:
        chosen = v1_numbers.check_channels(image, channel, [0])
        v1_numbers.check_count(len(positions) * len(chosen), site.limits.positions, "values", "at")
        return v1_numbers.values(image, positions, chosen)

    return await constant(request, site, image_id, write)


@router.get("/images/{image_id}/profile", response_model=models.ProfileAnswer, summary="Values along a line")
async def profile(
    request: Request,
    site: Shared,
    image_id: ImageId,
    line: Annotated[
        str,
        Query(
            description="x1,y1:x2,y2 in FITS pixels",
            examples=["1,1:300,300"],
            json_schema_extra={"pattern": f"^{_COORDINATE},{_COORDINATE}:{_COORDINATE},{_COORDINATE}$"},
        ),
    ],
    channel: Channels = None,
    interpolate: Annotated[bool, Query(description="Bilinear at steps of a pixel, else nearest pixels")] = False,
) -> Response:
    ends = v1_numbers.read_line(line)

    def write(image: Image) -> object:
        chosen = v1_numbers.check_channels(image, channel, [0])
        most = site.limits.positions
        return v1_numbers.line_profile(image, ends, chosen, interpolate=interpolate, most=most)

    return await constant(request, site, image_id, write)


@router.get("/images/{image_id}/spectrum", response_model=models.SpectrumAnswer, summary="One number for each channel")
async def spectrum(
    request: Request,
    site: Shared,
    image_id: ImageId,
    at: Annotated[
        str | None, Query(description="x,y, or else a shape", examples=["150,151"], json_schema_extra=_many(2))
    ] = None,
    box: Box = None,
    circle: Circle = None,
    ellipse: Ellipse = None,
    polygon: Polygon = None,
    statistic: Statistic = "mean",
    channel: Channels = None,
) -> Response:
    shapes = {"box": box, "circle": circle, "ellipse": ellipse, "polygon": polygon}

    def write(image: Image) -> object:
        chosen = v1_numbers.check_channels(image, channel, list(range(image.channel_count)))
        v1_numbers.check_count(len(chosen), site.limits.positions, "values", "channel")
        if at is not None:
            return v1_numbers.point_spectrum(image, v1_numbers.read_positions("at", [at])[0], chosen)
        region = v1_numbers.read_region(image, shapes, site.limits.region_pixels)
        return v1_numbers.spectrum_of_region(image, region, statistic, chosen, site.limits.region_pixels)

    return await constant(request, site, image_id, write)


@router.get(
    "/images/{image_id}/region-statistics",
    response_model=models.RegionStatisticsAnswer,
    summary="Exact statistics of the pixels of a region",
)
async def region_statistics(
    request: Request,
    site: Shared,
    image_id: ImageId,
    box: Box = None,
    circle: Circle = None,
    ellipse: Ellipse = None,
    polygon: Polygon = None,
    channel: ChannelNumber = 1,
) -> Response:
    shapes = {"box": box, "circle": circle, "ellipse": ellipse, "polygon": polygon}

    def write(image: Image) -> object:
        region = v1_numbers.read_region(image, shapes, site.limits.region_pixels)
        return v1_numbers.statistics_of_region(image, _one(image, channel), region, site.limits.region_pixels)

    return await constant(request, site, image_id, write)


@router.get("/images/{image_id}/wcs", response_model=models.WcsAnswer, summary="World coordinates, for computing")
async def wcs(request: Request, site: Shared, image_id: ImageId) -> Response:
    return await constant(request, site, image_id, v1_numbers.wcs)


@router.get("/images/{image_id}/wcs/grid", response_model=models.GridAnswer, summary="Sky positions as a spline grid")
async def wcs_grid(
    request: Request, site: Shared, image_id: ImageId, n: Annotated[int, Query(ge=5, le=257)] = 33
) -> Response:
    return await constant(
        request, site, image_id, lambda image: {"grid": image.sky.grid(n) if image.sky is not None else None}
    )


Coordinate = Annotated[float, Field(strict=True)]
Positions = Annotated[list[tuple[Coordinate, Coordinate]], Field(max_length=1_000_000)]


class PixelsBody(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False, json_schema_extra={"examples": [{"pixels": [[1, 1]]}]})
    pixels: Positions
    frame: Frame = "icrs"


class SkyBody(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False, json_schema_extra={"examples": [{"sky": [[10.68, 41.27]]}]})
    sky: Positions
    frame: Frame = "icrs"


@router.post("/images/{image_id}/sky", response_model=models.SkyAnswer, summary="Pixels to longitude and latitude")
async def sky(request: Request, site: Shared, image_id: ImageId, body: Annotated[PixelsBody, Body()]) -> Response:
    v1_numbers.check_count(len(body.pixels), site.limits.positions, "positions", "pixels")
    image = await site.image(image_id, request.receive)
    pixels = np.array(body.pixels, np.float64).reshape(-1, 2)
    return await passing(request, site, image.id, partial(v1_numbers.pixels_to_sky, image, pixels, body.frame))


@router.post("/images/{image_id}/pixel", response_model=models.PixelAnswer, summary="Longitude and latitude to pixels")
async def pixel(request: Request, site: Shared, image_id: ImageId, body: Annotated[SkyBody, Body()]) -> Response:
    v1_numbers.check_count(len(body.sky), site.limits.positions, "positions", "sky")
    image = await site.image(image_id, request.receive)
    positions = np.array(body.sky, np.float64).reshape(-1, 2)
    return await passing(request, site, image.id, partial(v1_numbers.sky_to_pixels, image, positions, body.frame))


@router.get(
    "/images/{image_id}/events",
    summary="Server-sent events: progress of overviews, change of the file",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}, "description": "`progress` and `changed` events"}},
)
async def events(request: Request, site: Shared, image_id: ImageId) -> Response:
    return await stream_events(request, site, image_id)


@router.get("/colormaps", response_model=list[models.ColormapAnswer], summary="Colour maps to choose from")
async def colormaps(request: Request, site: Shared) -> Response:
    return await unchanging(request, site, "colormaps", "colormaps", _colormaps, keep=True)


def _colormaps() -> object:
    return [one._asdict() for one in catalogue()]


def _one(image: Image, channel: int) -> int:
    return v1_numbers.check_channels(image, [channel], [])[0]
