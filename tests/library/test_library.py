"""Which images exist, and which never do."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from visiomatic.errors import ConfigurationError, ImageNotFound, NotAnImage, NotFound
from visiomatic.fits.resources import Resources
from visiomatic.image import ImageFactory
from visiomatic.library import Library
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.memory import MemoryPool


def image(path: Path, value: float = 1.0, shape: tuple[int, ...] = (8, 9)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    fits.PrimaryHDU(np.full(shape, value, np.float32)).writeto(path, overwrite=True)
    return path


def several(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    hdus = [fits.ImageHDU(np.full((5, 6 + n), n, np.int16), name=name) for n, name in enumerate(("SCI", "ERR"))]
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(path, overwrite=True)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A data root with secrets beside it and links that lead out."""
    root = tmp_path / "root"
    image(tmp_path / "secret.fits", 666)
    image(tmp_path / "rootless" / "secret.fits", 666)
    image(root / "a.fits")
    image(root / "sub" / "b.fit", 2)
    several(root / "mef.fits")
    several(root / "odd[name].fits[1]")
    (root / "out.fits").symlink_to(tmp_path / "secret.fits")
    (root / "away").symlink_to(tmp_path)
    (root / "inside.fits").symlink_to(root / "sub" / "b.fit")
    (root / "dangling.fits").symlink_to(root / "nowhere.fits")
    (root / ".hidden.fits").write_bytes((root / "a.fits").read_bytes())
    return root


@pytest.fixture
def shelf(place: Path) -> Iterator[Callable[..., Library]]:
    libraries = []

    def make(*files: str, root: Path = place, max_open: int = 64) -> Library:
        factory = ImageFactory(OverviewCache(None, threads=1), Resources(), 256, MemoryPool(1 << 20))
        libraries.append(Library(root, factory, files=files, max_open=max_open))
        return libraries[-1]

    yield make
    for library in libraries:
        library.close()


def test_an_id_is_a_path_below_the_root(shelf: Callable[..., Library]) -> None:
    library = shelf()
    assert library.open("a.fits").width == 9
    assert library.open("sub/b.fit").id == "sub/b.fit"
    assert library.open("inside.fits").width == 9


@pytest.mark.parametrize(
    "image_id",
    [
        "", ".", "..", "/", "sub", "sub/", "away", "nothing.fits", "../secret.fits", "sub/../../secret.fits",
        "sub/../a.fits", "out.fits", "away/secret.fits", "away/root/../secret.fits", "dangling.fits", "~/a.fits",
        "a.fits\0", "\0", "a.fits/", "a.fits/.", "a.fits/..", "%2e%2e/secret.fits", "..%2fsecret.fits", "//a.fits",
        "x" * 5000, "[1]", "a.fits[", "../rootless/secret.fits", "\ud800", "a.fits\n",
    ],
)  # fmt: skip
def test_what_is_not_a_file_below_the_root_does_not_exist(shelf: Callable[..., Library], image_id: str) -> None:
    with pytest.raises(ImageNotFound) as caught:
        shelf().open(image_id)
    assert "/" not in str(caught.value).replace(image_id[:200], "").replace(repr(image_id[:200]), "")


def test_absolute_paths_do_not_exist_even_below_the_root(shelf: Callable[..., Library], place: Path) -> None:
    for image_id in (str(place / "a.fits"), str(place.parent / "secret.fits"), "/etc/passwd"):
        with pytest.raises(ImageNotFound):
            shelf().open(image_id)


PARTS = [
    "..",
    ".",
    "",
    "root",
    "secret.fits",
    "away",
    "sub",
    "a.fits",
    "out.fits",
    "\0",
    "~",
    "%2e%2e",
    "[1]",
    "rootless",
]


@settings(deadline=None, max_examples=150)
@given(parts=st.lists(st.sampled_from(PARTS), max_size=7), start=st.sampled_from(["", "/", "//", "./", "~/"]))
def test_no_combination_of_parts_opens_the_secret(
    parts: list[str], start: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.getbasetemp() / "fuzz" / "root"
    if not root.exists():
        image(root.parent / "secret.fits", 666)
        image(root / "sub" / "a.fits")
        image(root / "a.fits")
        (root / "out.fits").symlink_to(root.parent / "secret.fits")
        (root / "away").symlink_to(root.parent)
    factory = ImageFactory(OverviewCache(None, threads=1), Resources(), 256, MemoryPool(1 << 20))
    library = Library(root, factory)
    try:
        opened = library.open(start + "/".join(parts))
    except (ImageNotFound, NotFound, NotAnImage):
        return
    finally:
        library.close()
    assert os.path.realpath(opened.paths[0]).startswith(str(root.resolve()) + os.sep)
    assert opened.dataset.values((0,), np.array([1]), np.array([1]))[0][0] == 1


def test_a_section_in_brackets_chooses_an_hdu(shelf: Callable[..., Library]) -> None:
    library = shelf()
    assert library.open("mef.fits").width == 6
    assert library.open("mef.fits[2]").width == 7
    assert library.open("mef.fits[ERR]").width == 7
    assert library.open("mef.fits[ERR][2:4,1:2]").width == 3
    with pytest.raises(NotFound):
        library.open("mef.fits[9]")


def test_a_real_file_of_that_very_name_wins(shelf: Callable[..., Library]) -> None:
    library = shelf()
    assert library.open("odd[name].fits[1]").width == 6
    assert library.open("odd[name].fits[1][2]").width == 7


def test_an_opened_image_is_kept_and_a_replaced_file_is_noticed(shelf: Callable[..., Library], place: Path) -> None:
    library = shelf()
    first = library.open("a.fits")
    assert library.open("a.fits") is first
    assert library.current("a.fits") is first
    image(place / "new.fits", 3)
    os.replace(place / "new.fits", place / "a.fits")
    assert library.current("a.fits") is None
    second = library.open("a.fits")
    assert second.version != first.version
    assert library.current("never opened") is None


def test_the_least_recently_used_image_is_closed_when_nobody_uses_it(shelf: Callable[..., Library]) -> None:
    library = shelf(max_open=2)
    first = library.open("a.fits")
    watched = weakref.ref(first)
    library.open("sub/b.fit")
    library.open("a.fits")
    library.open("mef.fits")
    assert library.current("sub/b.fit") is None
    assert library.current("a.fits") is first
    library.open("sub/b.fit")
    library.open("mef.fits")
    assert watched() is not None
    del first
    gc.collect()
    assert watched() is None


def test_a_directory_is_listed_with_its_sub_directories(shelf: Callable[..., Library], place: Path) -> None:
    found = shelf().list()
    assert found.directories == ("sub",)
    assert [one.id for one in found.images] == ["a.fits", "inside.fits", "mef.fits", "odd[name].fits[1]"]
    assert found.total == 4
    assert found.images[0].bytes == (place / "a.fits").stat().st_size
    assert [one.id for one in shelf().list("sub").images] == ["sub/b.fit"]
    assert shelf().list("sub/").directory == "sub"


def test_what_cannot_be_looked_at_is_left_out_of_the_list(shelf: Callable[..., Library], place: Path) -> None:
    (place / "loop.fits").symlink_to(place / "loop.fits")
    os.mkfifo(place / "pipe.fits")
    ids = [one.id for one in shelf().list().images]
    assert "a.fits" in ids
    assert "loop.fits" not in ids
    assert "pipe.fits" not in ids


def test_pages_of_a_listing_follow_each_other(shelf: Callable[..., Library]) -> None:
    library = shelf()
    pages = [library.list(offset=start, limit=3) for start in (0, 3, 6)]
    assert [len(page.images) for page in pages] == [3, 1, 0]
    assert {page.total for page in pages} == {4}


def test_a_search_looks_below_and_ignores_case(shelf: Callable[..., Library]) -> None:
    assert [one.id for one in shelf().list(search="B.FIT").images] == ["sub/b.fit"]
    assert [one.id for one in shelf().list(search="sub/").images] == ["sub/b.fit"]
    assert shelf().list(search="nothing like it").total == 0


def test_files_without_a_telling_name_are_tested_by_content(shelf: Callable[..., Library], place: Path) -> None:
    image(place / "plain")
    (place / "text").write_text("no image")
    ids = [one.id for one in shelf().list().images]
    assert "plain" in ids
    assert "text" not in ids


@pytest.mark.parametrize("directory", ["..", "/", "away", "nothing", "sub/../..", "\0", "a.fits", "/tmp"])
def test_directories_outside_are_not_found(shelf: Callable[..., Library], directory: str) -> None:
    if directory == "/":
        assert shelf().list("/").directory == ""  # the root itself, written with a slash
        return
    with pytest.raises(NotFound):
        shelf().list(directory)


def test_one_file_is_the_whole_library(shelf: Callable[..., Library], place: Path) -> None:
    library = shelf(str(place / "mef.fits[ERR]"))
    assert library.auto_image == "mef.fits[ERR]"
    assert library.open("mef.fits[ERR]").width == 7
    assert library.open("mef.fits").width == 6  # its other HDUs can be chosen
    assert [one.id for one in library.list().images] == ["mef.fits[ERR]"]
    for other in ("a.fits", "sub/b.fit", "../secret.fits"):
        with pytest.raises(ImageNotFound):
            library.open(other)


def test_several_files_are_the_channels_of_one_image(shelf: Callable[..., Library], place: Path) -> None:
    library = shelf(str(place / "a.fits"), str(place / "sub" / "b.fit"))
    assert library.auto_image == "a.fits+b.fit"
    opened = library.open("a.fits+b.fit")
    assert opened.channel_count == 2
    image(place / "sub" / "b.fit", 5)
    assert library.current("a.fits+b.fit") is None


def test_the_one_file_may_vanish(shelf: Callable[..., Library], place: Path) -> None:
    library = shelf(str(place / "a.fits"))
    (place / "a.fits").unlink()
    assert library.list().images == ()
    with pytest.raises(ImageNotFound):
        library.open("a.fits")


def test_one_directory_is_the_root(shelf: Callable[..., Library], place: Path) -> None:
    library = shelf(str(place / "sub"))
    assert library.auto_image is None
    assert library.open("b.fit").width == 9


def test_a_file_that_does_not_exist_is_told_at_the_start(shelf: Callable[..., Library]) -> None:
    with pytest.raises(ConfigurationError, match="no file"):
        shelf("nothing.fits")
