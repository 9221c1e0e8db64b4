"""The demonstration images: complete, the same for a seed, small in memory, and made once."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from visiomatic.demo import make_library
from visiomatic.demo.fitsfile import new_field

SIZE = 300


def nothing(part: float) -> None:
    assert 0 <= part <= 1


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_library(tmp_path_factory.mktemp("demo"), SIZE, 1, nothing)


@pytest.fixture(scope="module")
def field(library: Path) -> Path:
    return library / f"simulated-field-{SIZE}.fits"


def test_the_library_holds_the_field_and_the_plate_of_m13_and_nothing_else(library: Path) -> None:
    assert sorted(path.name for path in library.iterdir()) == ["m13-dss.fits", f"simulated-field-{SIZE}.fits"]
    with fits.open(library / "m13-dss.fits") as hdus:
        assert hdus[0].shape == (300, 300)


def test_the_field_is_a_valid_float_cube_of_three_bands(field: Path) -> None:
    with fits.open(field) as hdus:
        hdus.verify("exception")
        assert hdus[0].data.shape == (3, SIZE, SIZE)
        assert hdus[0].data.dtype == np.dtype(">f4")
    assert field.stat().st_size % 2880 == 0


def test_bad_pixels_and_columns_are_nan_in_every_band_and_few(field: Path) -> None:
    data = fits.getdata(field)
    bad = np.isnan(data)
    assert 0 < bad.mean() < 0.02
    np.testing.assert_array_equal(bad[0], bad[2])
    assert bad[0].sum(axis=0).max() > SIZE / 4


def test_the_distortion_of_the_wcs_can_be_undone(field: Path) -> None:
    wcs = WCS(fits.getheader(field), naxis=2)  # astropy takes SIP in two dimensions only
    x, y = np.meshgrid(np.linspace(1, SIZE, 7), np.linspace(1, SIZE, 7))
    back = wcs.all_world2pix(*wcs.all_pix2world(x, y, 1), 1)
    np.testing.assert_allclose(back, (x, y), atol=1e-3)
    assert np.hypot(*(np.array(wcs.sip_pix2foc(x, y, 1)) + (SIZE + 1) / 2 - (x, y))).max() > 0.5


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(field: Path, tmp_path: Path) -> None:
    again = make_library(tmp_path / "a", SIZE, 1, nothing) / field.name
    other = make_library(tmp_path / "b", SIZE, 2, nothing) / field.name
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (field, again, other)]
    assert digests[0] == digests[1] != digests[2]


def test_a_field_that_is_there_is_left_alone(field: Path) -> None:
    before = field.stat().st_mtime_ns

    def called(part: float) -> None:
        pytest.fail("the field was made again")

    make_library(field.parent, SIZE, 1, called)
    assert field.stat().st_mtime_ns == before


def test_a_truncated_field_is_made_again(tmp_path: Path) -> None:
    path = make_library(tmp_path, 64, 1, nothing) / "simulated-field-64.fits"
    complete = path.read_bytes()
    path.write_bytes(complete[:-2880])
    make_library(tmp_path, 64, 1, nothing)
    assert path.read_bytes() == complete


def test_an_interrupted_simulation_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt() -> None:
        with new_field(tmp_path / "field.fits", 64, 1) as writer:
            writer.write(0, np.zeros((3, 8, 64), np.float32))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert list(tmp_path.iterdir()) == []


def test_bands_differ_in_colour_and_hold_bright_and_faint_things(field: Path) -> None:
    data = fits.getdata(field)
    medians = np.nanmedian(data, axis=(1, 2))
    assert np.ptp(medians) > 10
    assert np.nanmax(data) > 50 * medians.max()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell the peak of a process")
def test_a_large_field_needs_little_memory(tmp_path: Path) -> None:
    # Not getrusage: its peak includes what the parent had when it forked.
    code = (
        "from pathlib import Path; from visiomatic.demo import make_library\n"
        f"make_library(Path({str(tmp_path)!r}), 3072, 1, lambda part: None)\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    used = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(used) < 400_000  # kB; the file has 113 MB, one of 32768 pixels 13 GB
