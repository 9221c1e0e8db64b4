"""Small catalogue services that keep to their standards: VizieR's asu-tsv, IVOA's Simple Cone Search, SkyBoT.

They answer from tables in memory, by the question asked: position, size, limit, order. Nothing is told to other sites
(no CORS header) unless ``open_to_all`` is set, as it is with many services.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.table import Table

from servers import answering

HEAD = """#
#   VizieR Astronomical Server vizier.cds.unistra.fr
#Coosys	J2000:	eq_FK5 J2000
#RESOURCE=yCat_2246
#Column	_RAJ2000	(F14.10)	Right ascension	[ucd=pos.eq.ra]
#Column	_DEJ2000	(F14.10)	Declination	[ucd=pos.eq.dec]
"""
REFUSAL = b"""<VOTABLE version="1.3"><RESOURCE type="results">
<INFO name="Error" value="RA, DEC and SR are needed"/></RESOURCE></VOTABLE>"""


class Services(ThreadingHTTPServer):
    """``stars`` has ra, dec (degrees), name and Kmag; ``movers`` Name, ra, dec, dRA, dDEC (arcsec an hour)."""

    daemon_threads = True
    open_to_all = False

    def __init__(self, stars: Table, movers: Table) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.stars, self.movers = stars, movers
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, path: str, query: dict[str, str]) -> bytes:
        self.asked.append((path, query))
        return {"/viz-bin/asu-tsv": self.vizier, "/scs": self.cone_search, "/skybot": self.skybot}[path](query)

    def vizier(self, query: dict[str, str]) -> bytes:
        """A box around -c, sorted, cut at -out.max. What a row lacks is blank."""
        if query["-source"] == "slow/table":
            self.release.wait(20)
        lon, lat = map(float, query["-c"].replace("-", " -").replace("+", " ").split())
        width, height = (float(side) for side in query["-c.bd"].split("x"))
        near = SkyCoord(lon, lat, unit="deg").skyoffset_frame()
        seen = SkyCoord(self.stars["ra"], self.stars["dec"], unit="deg").transform_to(near)
        inside = (np.abs(seen.lon.wrap_at("180d").deg) < width / 2) & (np.abs(seen.lat.deg) < height / 2)
        rows = self.stars[inside]
        rows.sort("Kmag", reverse=query.get("-sort", "").startswith("-"))
        lines = [
            f"{row['ra']:.8f}\t{row['dec']:+.8f}\t{row['name']}\t{'' if np.ma.is_masked(row['Kmag']) else row['Kmag']:}"
            for row in rows[: int(query["-out.max"])]
        ]
        head = "_RAJ2000\t_DEJ2000\t2MASS\tKmag\ndeg\tdeg\t\tmag\n----------\t----------\t-----\t----\n"
        return (HEAD + head + "\n".join(lines) + "\n\n").encode()

    def cone_search(self, query: dict[str, str]) -> bytes:
        """Simple Cone Search 1.03: RA, DEC, SR in degrees; one VOTable with the three main UCDs, or an Error."""
        try:
            lon, lat, radius = (float(query[name]) for name in ("RA", "DEC", "SR"))
        except (KeyError, ValueError):
            return REFUSAL
        near = SkyCoord(lon, lat, unit="deg").separation(SkyCoord(self.stars["ra"], self.stars["dec"], unit="deg"))
        rows = self.stars["name", "ra", "dec", "Kmag"][near.deg <= radius]
        for name, ucd in (("name", "ID_MAIN"), ("ra", "POS_EQ_RA_MAIN"), ("dec", "POS_EQ_DEC_MAIN")):
            rows[name].meta["ucd"] = ucd
        rows["ra"].unit = rows["dec"].unit = u.deg
        written = io.BytesIO()
        rows.write(written, format="votable", tabledata_format="binary2")
        return written.getvalue()

    def skybot(self, query: dict[str, str]) -> bytes:
        rows = self.movers.copy()
        for name, ucd in (("ra", "pos.eq.ra;meta.main"), ("dec", "pos.eq.dec;meta.main")):
            rows[name].meta["ucd"] = ucd
        written = io.BytesIO()
        rows.write(written, format="votable")
        return written.getvalue()


class Answers(BaseHTTPRequestHandler):
    server: Services

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = self.server.answer(parts.path, query)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.server.open_to_all:
            self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(stars: Table, movers: Table) -> Iterator[Services]:
    with answering(Services(stars, movers)) as services:
        try:
            yield services
        finally:
            services.release.set()
