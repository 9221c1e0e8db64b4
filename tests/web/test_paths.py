"""Ids and resources in paths, encoded or not."""

import pytest

from visiomatic.web.paths import quoted, split_image_path


@pytest.mark.parametrize(
    ("path", "image_id", "resource"),
    [
        ("m31.fits", "m31.fits", ()),
        ("m31.fits/header", "m31.fits", ("header",)),
        ("a%2Fb%20c.fits%5B2%5D/statistics", "a/b c.fits[2]", ("statistics",)),
        ("a/b/m31.fits/wcs/grid", "a/b/m31.fits", ("wcs", "grid")),
        ("a/b.fits/tiles/3/0/12.png", "a/b.fits", ("tiles", "3", "0", "12.png")),
        ("a%2Fb.fits/view.jpg", "a/b.fits", ("view.jpg",)),
        ("a/region.fits/region.fits", "a/region.fits", ("region.fits",)),
        ("header", "header", ()),
        ("folder%2Fheader", "folder/header", ()),
        ("x.fits/science/0/0/0.npy", "x.fits", ("science", "0", "0", "0.npy")),
        ("x.fits/tiles/0/0/0.gif", "x.fits/tiles/0/0/0.gif", ()),
        ("a%252Fb.fits", "a%2Fb.fits", ()),
    ],
)
def test_paths_are_read_from_the_right(path: str, image_id: str, resource: tuple[str, ...]) -> None:
    assert split_image_path(path) == (image_id, resource)


@pytest.mark.parametrize("image_id", ["a/b.fits", "x.fits[SCI,2]", "über +&?#%.fits", "tiles/0/0/0.png"])
def test_a_quoted_id_is_one_segment_and_comes_back(image_id: str) -> None:
    for resource in ((), ("header",), ("tiles", "0", "1", "2.png")):
        assert split_image_path("/".join([quoted(image_id), *resource])) == (image_id, resource)
