"""Encoders, held against decoders of others."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from visiomatic.encode import MEDIA_TYPES, encode
from visiomatic.types import Encoding


def smooth(height: int, width: int, channels: int = 0) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    grey = ((x * 2 + y) % 256).astype(np.uint8)
    if not channels:
        return grey
    return np.ascontiguousarray(np.stack([grey, 255 - grey, grey // 2, np.full_like(grey, 128)][:channels], -1))


def decode(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)))


@pytest.mark.parametrize("channels", [0, 3, 4])
@pytest.mark.parametrize("shape", [(256, 256), (1, 1), (7, 300)])
def test_png_gives_back_exactly_what_went_in(shape: tuple[int, int], channels: int) -> None:
    picture = smooth(*shape, channels)
    assert np.array_equal(decode(encode(picture, Encoding("png"))), picture)


@pytest.mark.parametrize("channels", [0, 3])
def test_jpeg_keeps_size_channels_and_nearly_all_of_a_smooth_picture(channels: int) -> None:
    y, x = np.mgrid[0:60, 0:90]
    grey = np.rint(x + y).astype(np.uint8)
    picture = np.ascontiguousarray(np.stack([grey] * 3, -1)) if channels else grey
    back = decode(encode(picture, Encoding("jpg", 95)))
    assert back.shape == picture.shape
    assert np.abs(back.astype(int) - picture).max() <= 3


def test_a_grey_jpeg_has_a_single_component() -> None:
    assert Image.open(BytesIO(encode(smooth(8, 8), Encoding("jpg")))).mode == "L"


def test_jpeg_quality_zero_is_the_lowest_quality_and_equals_one() -> None:
    picture = smooth(64, 64)
    assert encode(picture, Encoding("jpg", 0)) == encode(picture, Encoding("jpg", 1))
    assert len(encode(picture, Encoding("jpg", 1))) < len(encode(picture, Encoding("jpg", 90)))


def test_subsampled_chroma_makes_a_smaller_file() -> None:
    picture = smooth(128, 128, 3)
    assert len(encode(picture, Encoding("jpg", 90, subsample=True))) < len(encode(picture, Encoding("jpg", 90)))


def test_jpeg_refuses_transparency() -> None:
    with pytest.raises(ValueError, match="transparency"):
        encode(smooth(8, 8, 4), Encoding("jpg"))


def test_webp_is_decoded_by_pillow_with_its_transparency() -> None:
    picture = smooth(40, 50, 4)
    image = Image.open(BytesIO(encode(picture, Encoding("webp", 90))))
    assert image.format == "WEBP"
    assert image.size == (50, 40)
    assert np.array_equal(np.asarray(image)[..., 3], picture[..., 3])


def test_every_encoding_has_a_media_type() -> None:
    assert set(MEDIA_TYPES) == {"jpg", "png", "webp"}
