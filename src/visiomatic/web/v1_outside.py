"""`api/v1/outside`: what a listed service elsewhere answers, for pages that cannot ask it themselves."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from visiomatic.web import v1_models as models
from visiomatic.web.v1 import ERRORS, Shared

# Nothing that comes from elsewhere may run as a page of this server.
GUARD = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "content-disposition": "attachment",
    "cache-control": "private, max-age=600",
}
FAILURES: dict[int | str, dict[str, Any]] = {
    403: {"model": models.ErrorAnswer, "description": "Not a service that the server may ask"},
    502: {"model": models.ErrorAnswer, "description": "The service cannot be reached, or answered with an error"},
    504: {"model": models.ErrorAnswer, "description": "The service does not answer in time"},
}
MEDIA = "application/octet-stream"

router = APIRouter(responses=ERRORS | FAILURES, tags=["api/v1"])


@router.get(
    "/outside",
    summary="The answer of a listed service elsewhere",
    response_class=Response,
    responses={200: {"content": {MEDIA: {}}, "description": "What it answered, as bytes"}},
)
async def outside(
    site: Shared,
    url: Annotated[
        str,
        Query(
            max_length=8000,
            description="Address, under one of the option outside-services",
            json_schema_extra={"pattern": r"^https?://[a-z]{1,9}\.[a-z]{2,3}/[ -~]{0,60}$"},
        ),
    ],
) -> Response:
    """CDS Sesame, VizieR and IMCCE SkyBoT unless the server's options say otherwise. No cookies, no redirects away."""
    answer = await site.outside.ask(url)
    return Response(answer.body, media_type=MEDIA, headers=GUARD)
