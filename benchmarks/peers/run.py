"""Other servers of tiles beside ours, where they are installed; README.md tells how to get them."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from images import sky_image
from load import Paths, rate
from server import cores, free_port, pinned, running, visiomatic
from tiles_http import GREY, tile_paths, wait_for_overviews

ROUNDS, SECONDS = 5, 3.0
ACROSS = 8192 // 256


def main() -> int:
    """Measure every peer that is there; the exit code is 0 even when there is none."""
    image = sky_image()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        port = stack.enter_context(visiomatic(image, Path(folder) / "ours"))
        wait_for_overviews(port, image)
        ours = tile_paths(GREY, image, 0)
        print(f"{'peer':<16}{'ours/s':>9}{'theirs/s':>10}{'ratio':>8}")
        for name, start in (("VisiOmatic 3", visiomatic_3), ("TiTiler", titiler)):
            with start(image, Path(folder)) as found:
                if found is None:
                    print(f"{name:<16}{'not installed':>27}")
                    continue
                other, paths = found
                rate(other, paths, SECONDS, 0)
                pairs = [(rate(port, ours, SECONDS, n), rate(other, paths, SECONDS, n)) for n in range(1, ROUNDS + 1)]
                ratio = statistics.median(a / b for a, b in pairs)
                mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
                print(f"{name:<16}{mine:>9.0f}{theirs:>10.0f}{ratio:>8.1f}", flush=True)
    return 0


@contextmanager
def visiomatic_3(image: Path, folder: Path) -> Iterator[tuple[int, Paths] | None]:
    """VisiOmatic 3.0.7 with one worker; its first request tiles the image, before anything is measured."""
    command = os.environ.get("VISIOMATIC3")
    if not command:
        yield None
        return
    port, empty = free_port(), folder / "empty"
    empty.mkdir()
    words = [command, "-n", "-w", "1", "-p", str(port), "-H", "127.0.0.1", "--data_dir", str(image.parent)]
    words += ["--cache_dir", str(folder / "cache3"), "--extra_dir", str(empty)]
    tile = f"/api?FIF={image.name}&CHAN=1&MINMAX=1:80,200&CNT={{fresh}}&JTL=5,"
    with running([*pinned(cores()[0]), *words], port, f"/api?FIF={image.name}&INFO"):
        yield port, Paths(f"{tile}{{x}}", ACROSS * ACROSS)


@contextmanager
def titiler(image: Path, folder: Path) -> Iterator[tuple[int, Paths] | None]:
    """TiTiler under uvicorn on a GeoTIFF of the same pixels."""
    programs = os.environ.get("TITILER_BIN")
    if not programs:
        yield None
        return
    tiff, port = folder / "sky.tif", free_port()
    convert = Path(__file__).with_name("to_geotiff.py")
    subprocess.run([f"{programs}/python", str(convert), str(image), str(tiff)], check=True)
    words = [f"{programs}/uvicorn", "titiler.application.main:app", "--port", str(port), "--log-level", "warning"]
    tile = f"/cog/tiles/WebMercatorQuad/5/{{x}}/{{y}}.jpg?url={tiff}&rescale=80,200"
    with running([*pinned(cores()[0]), *words], port, "/healthz"):
        yield port, Paths(f"{tile}&color_formula=gamma r {{fresh}}".replace(" ", "%20"), ACROSS, ACROSS)


if __name__ == "__main__":
    sys.exit(main())
