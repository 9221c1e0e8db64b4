"""The real application over real files, driven in process by an HTTP client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from visiomatic.settings import Settings
from visiomatic.web.app import create_app
from visiomatic.web.front import Front

RNG = np.random.default_rng(42)
HERE: dict[str, Any] = {"CRVAL1": 40.0, "CRVAL2": 60.0, "CRPIX1": 21.5, "CRPIX2": 14.0}
TAN = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", **HERE}
CD = {"CD1_1": -2e-4, "CD1_2": 3e-5, "CD2_1": 2e-5, "CD2_2": 2.1e-4}
# Kinds of header that 3.0.7, or its client, read wrongly.
HEADERS: dict[str, dict[str, Any]] = {
    "CROTA2": {**TAN, "CDELT1": -2e-4, "CDELT2": 2e-4, "CROTA2": 33.0},
    "unequal CDELT and CROTA2": {**TAN, "CDELT1": -2e-4, "CDELT2": 3e-4, "CROTA2": -120.0},
    "CD with a zero": {**TAN, "CD1_1": 0.0, "CD1_2": 2e-4, "CD2_1": 2e-4, "CD2_2": 0.0},
    "CD of one element only": {**TAN, "CD1_1": -2e-4, "CD2_2": 2e-4},
    "LONPOLE": {**TAN, **CD, "LONPOLE": 150.0},
    "PC and CDELT": {**TAN, "PC1_1": 0.8, "PC1_2": -0.6, "PC2_1": 0.6, "PC2_2": 0.8, "CDELT1": -2e-4, "CDELT2": 2e-4},
    "SIP": {**TAN, **CD, "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2, "B_ORDER": 2,
            "A_2_0": 3e-5, "A_1_1": -1e-5, "B_0_2": 2e-5},
    "TPV": {**TAN, **CD, "CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV", "PV1_1": 1.0, "PV1_4": 0.02, "PV2_1": 1.0,
            "PV2_4": -0.01},
    "SIN": {**TAN, **CD, "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN"},
    "AIT": {**CD, "CTYPE1": "RA---AIT", "CTYPE2": "DEC--AIT", **HERE},
}  # fmt: skip


class Client:
    """Asks one application, answer by answer, in an event loop of its own."""

    def __init__(self, app: Front) -> None:
        self.app = app
        self._runner = asyncio.Runner()
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://viewer")

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def request(self, method: str, url: str, **how: Any) -> httpx.Response:
        return self.run(self._http.request(method, url, **how))

    def get(self, url: str, **headers: str) -> httpx.Response:
        return self.request("GET", url, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def json(self, url: str) -> Any:
        answer = self.get(url)
        assert answer.status_code == 200, (url, answer.status_code, answer.text)
        return answer.json()

    def picture(self, url: str) -> np.ndarray:
        answer = self.get(url)
        assert answer.status_code == 200, (url, answer.status_code, answer.text)
        return np.asarray(Image.open(BytesIO(answer.content)))

    def app_bytes(self, url: str, headers: dict[str, str]) -> bytes:
        """The body as it was sent, not decoded by the HTTP client."""

        async def ask() -> bytes:
            async with self._http.stream("GET", url, headers=headers) as answer:
                return b"".join([part async for part in answer.aiter_raw()])

        return self.run(ask())

    def together(self, urls: list[str]) -> list[httpx.Response]:
        async def ask() -> list[httpx.Response]:
            return list(await asyncio.gather(*(self._http.get(url) for url in urls)))

        return self.run(ask())

    def close(self) -> None:
        self.run(self._http.aclose())
        site = self.app._rest.state.site  # type: ignore[attr-defined]
        site.close()
        self._runner.close()


@pytest.fixture(scope="session")
def make_client(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Client]:
    def make(data_dir: Path, **options: Any) -> Client:
        options.setdefault("cache_dir", tmp_path_factory.mktemp("cache"))
        options.setdefault("request_time_limit", 3600.0)  # seconds: however busy the computer is
        return Client(create_app(Settings(data_dir=data_dir, thread_count=2, **options)))

    return make


def write(path: Path, data: np.ndarray, **cards: Any) -> Path:
    header = fits.Header()
    for keyword, value in cards.items():
        header[keyword] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    fits.PrimaryHDU(data, header).writeto(path, overwrite=True)
    return path


def sky(height: int, width: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    return (rng.normal(100, 5, (height, width)) + 0.05 * x + 0.1 * y).astype(np.float32)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images of many kinds, each with something that 3.0.7 did wrong."""
    folder = tmp_path_factory.mktemp("data")
    write(folder / "field.fits", sky(300, 400), OBJECT="NGC 1", BUNIT="adu")
    write(folder / "cube.fits", np.stack([sky(300, 400, seed) + 20 * seed for seed in range(5)]), OBJECT="T")
    write(folder / "odd.fits", sky(257, 513))
    write(folder / "sub" / "deep er" / "ngc+1 é.fits", sky(40, 50))
    holes = sky(60, 70)
    holes[10, 20], holes[11, 21], holes[12, 22] = np.nan, np.inf, -np.inf
    write(folder / "holes.fits", holes)
    write(folder / "empty.fits", np.full((30, 40), np.nan, np.float32))
    write(folder / "constant.fits", np.full((20, 20), 7, np.int16))
    large = np.full((600, 1201), 100, np.float32)
    large[300, 600] = np.nan
    write(folder / "edges.fits", large)
    exact = np.array([[2**53 + 1, -(2**63)], [2**63 - 1, 12]], np.int64)
    write(folder / "int64.fits", exact)
    (folder / "notes.txt").write_text("not an image")
    (folder / "broken.fits").write_text("SIMPLE  = nonsense")
    return folder


@pytest.fixture(scope="session")
def client(library: Path, make_client: Callable[..., Client]) -> Iterator[Client]:
    client = make_client(library)
    yield client
    client.close()


@pytest.fixture
def own(tmp_path: Path, make_client: Callable[..., Client]) -> Iterator[Callable[..., tuple[Path, Client]]]:
    """A library and an application for one test alone."""
    clients = []

    def make(**options: Any) -> tuple[Path, Client]:
        client = make_client(tmp_path, **options)
        clients.append(client)
        return tmp_path, client

    yield make
    for client in clients:
        client.close()
