"""How each peer is started on the benchmark's image, and how it is asked for a random tile in a fresh style."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from installed import installed, version, with_libraries
from load import Paths
from server import cores, free_port, pinned, running

ACROSS = 8192 // 256
LEVEL = 5  # full resolution, counted from the coarsest level
TAKEN_FOR_SETTINGS = ("HOST", "IMAGE", "SERVER", "ENGINE", "CACHE")  # by VisiOmatic 3, from any environment

Peer = tuple[str, int, Paths]  # name with version, port, paths


@contextmanager
def visiomatic_3(image: Path, folder: Path) -> Iterator[Peer | None]:
    """VisiOmatic 3 with one worker; its first request tiles the image, before anything is measured."""
    with visiomatic_3_server(image, folder, f"/api?FIF={image.name}&INFO") as port:
        if port is None:
            yield None
            return
        tile = f"/api?FIF={image.name}&CHAN=1&MINMAX=1:80,200&QLT=90&CNT={{fresh}}&JTL={LEVEL},{{x}}"
        yield f"VisiOmatic {version('visiomatic3', 'visiomatic')}", port, Paths(tile, ACROSS * ACROSS)


@contextmanager
def visiomatic_3_server(image: Path, folder: Path, ready: str | None) -> Iterator[int | None]:
    """The port of VisiOmatic 3 once it answers *ready* (None: once it listens); None where it is not installed."""
    place = installed("visiomatic3")
    if place is None:
        yield None
        return
    port, empty = free_port(), folder / "empty"
    empty.mkdir()
    words = [str(place / "bin/visiomatic"), "-n", "-w", "1", "-p", str(port), "-H", "127.0.0.1"]
    words += ["--data_dir", str(image.parent), "--cache_dir", str(folder / "cache3"), "--extra_dir", str(empty)]
    words += ["--max_open_files", "1024"]
    environment = {name: value for name, value in os.environ.items() if name.upper() not in TAKEN_FOR_SETTINGS}
    with running(on_core(words), port, ready, environment, quiet=True):
        yield port


@contextmanager
def titiler(image: Path, folder: Path) -> Iterator[Peer | None]:
    """TiTiler under uvicorn on a GeoTIFF of the same pixels."""
    place = installed("titiler")
    if place is None:
        yield None
        return
    tiff, port = geotiff(image, folder), free_port()
    words = [str(place / "bin/uvicorn"), "titiler.application.main:app", "--port", str(port), "--log-level", "warning"]
    tile = f"/cog/tiles/WebMercatorQuad/{LEVEL}/{{x}}/{{y}}.jpg?url={tiff}"
    tile = f"{tile}&rescale=80,20{{fresh}}&color_formula=gamma%20r%202.2"
    with running(on_core(words), port, "/healthz", quiet=True):
        yield f"TiTiler {version('titiler', 'titiler-application')}", port, Paths(tile, ACROSS, ACROSS)


@contextmanager
def iipimage(image: Path, folder: Path) -> Iterator[Peer | None]:
    """IIPImage behind nginx on the same tiled TIFF."""
    place = installed("iipimage")
    if place is None or (tiff := geotiff(image, folder)) is None:
        yield None
        return
    port, inner, environment = free_port(), free_port(), with_libraries(place)
    settings = environment | {"VERBOSITY": "0", "JPEG_QUALITY": "90", "MAX_IMAGE_CACHE_SIZE": "10"}
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, inner=inner))
    server = [str(place / "usr/lib/iipimage-server/iipsrv.fcgi"), "--bind", f"127.0.0.1:{inner}"]
    front = [str(place / "usr/sbin/nginx"), "-p", str(folder), "-c", str(configuration)]
    tile = f"/fcgi?FIF={tiff}&QLT=90&MINMAX=1:80,200&GAM=0.4545&CNT={{fresh}}&JTL={LEVEL},{{x}}"
    with ExitStack() as stack:
        stack.enter_context(running(on_core(server), inner, None, settings, quiet=True))
        stack.enter_context(running(on_core(front), port, f"/fcgi?FIF={tiff}&obj=Max-size", environment, quiet=True))
        yield f"IIPImage {version('iipimage', 'iipimage-server')}", port, Paths(tile, ACROSS * ACROSS)


NGINX = """\
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {folder}/n1; proxy_temp_path {folder}/n2; fastcgi_temp_path {folder}/n3;
  uwsgi_temp_path {folder}/n4; scgi_temp_path {folder}/n5;
  server {{
    listen 127.0.0.1:{port};
    location /fcgi {{
      fastcgi_pass 127.0.0.1:{inner};
      fastcgi_buffers 16 64k; fastcgi_buffer_size 64k;
      fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param SERVER_PROTOCOL $server_protocol; fastcgi_param REQUEST_URI $request_uri;
    }}
  }}
}}
"""


def on_core(words: list[str]) -> list[str]:
    """The command, kept on the core of the servers."""
    return [*pinned(cores()[0]), *words]


def geotiff(image: Path, folder: Path) -> Path | None:
    """The image as a tiled GeoTIFF with overviews, converted once a run with TiTiler's libraries."""
    place, tiff = installed("titiler"), folder / "sky.tif"
    if place is None:
        return None
    if not tiff.exists():
        convert = Path(__file__).with_name("to_geotiff.py")
        subprocess.run([str(place / "bin/python"), str(convert), str(image), str(tiff)], check=True)
    return tiff
