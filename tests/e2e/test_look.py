"""What floats over the image leaves room for each other, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser

FIELD = "simulated-field-1024.fits"
DESKTOP, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


def box(locator: Any) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    found = locator.bounding_box()
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def plot(viewer: Any, kind: str) -> None:
    viewer.ask("viewer.openPanel('plots')")
    viewer.page.get_by_role("button", name=kind).click()
    viewer.page.locator("vm-plot-card canvas").wait_for()


def test_the_scale_and_the_colour_bar_stand_above_an_open_plot(demo_url: str, view: Callable, artefacts: Path) -> None:
    viewer = view(demo_url, FIELD, viewport=DESKTOP, reduced_motion="reduce")
    page = viewer.page
    before = box(page.locator("vm-colorbar"))
    plot(viewer, "Across the view")
    viewer.save(artefacts / "look-plot-desktop.png")
    card = box(page.locator("vm-plot-card .card"))
    for name in ("vm-colorbar", "vm-scalebar", "vm-minimap"):
        assert not overlap(card, box(page.locator(name))), name
    viewer.ask("viewer.openPanel('')")
    page.get_by_role("button", name="Close the plot").click()
    assert box(page.locator("vm-colorbar")) == before


@pytest.mark.parametrize("width", [700, 860, 1024, 1280, 1400])
def test_what_stands_at_the_bottom_never_overlaps(demo_url: str, view: Callable, width: int, artefacts: Path) -> None:
    viewer = view(demo_url, FIELD, viewport={"width": width, "height": 768}, reduced_motion="reduce")
    for panel in ("", "info"):
        viewer.ask("viewer.openPanel(a[0])", panel)
        if panel:
            viewer.page.locator("vm-panel").wait_for()
        viewer.save(artefacts / f"look-bottom-{width}-{panel or 'none'}.png")
        parts = [box(one) for one in viewer.page.locator(".at > [part]").all() if one.bounding_box()]
        for k, one in enumerate(parts):
            assert [other for other in parts[k + 1 :] if overlap(one, other)] == [], (panel, one)
        assert all(right <= width for _, _, right, _ in parts)


def test_on_a_phone_a_panel_takes_the_place_of_the_plot_and_gives_it_back(
    demo_url: str, view: Callable, artefacts: Path
) -> None:
    viewer = view(demo_url, FIELD, reduced_motion="reduce", **TOUCH)
    page = viewer.page
    plot(viewer, "Across the view")
    ends = "[1, 1024].map((x) => viewer.map.view.toScreen(x, 512.5).y)"
    page.wait_for_function("() => !document.querySelector('visiomatic-viewer').viewer.map.isMoving")
    assert max(viewer.ask(ends)) < box(page.locator("vm-plot-card .card"))[1]  # the line stays in sight
    viewer.save(artefacts / "look-plot-phone.png")
    viewer.ask("viewer.openPanel('plots')")
    page.get_by_role("button", name="At the centre").click()  # nothing lies over the panel
    page.locator("vm-plot-card").get_by_role("heading", name="Spectrum").wait_for()


def test_messages_on_a_phone_leave_the_sheet_free(demo_url: str, view: Callable, artefacts: Path) -> None:
    viewer = view(demo_url, FIELD, reduced_motion="reduce", **TOUCH)
    viewer.ask("viewer.openPanel('display')")
    viewer.page.locator("vm-display-panel").wait_for()
    viewer.ask("viewer.notify('Something happened', { timeout: 0 }) && null")
    message = box(viewer.page.locator("vm-toasts .message"))
    viewer.save(artefacts / "look-message-phone.png")
    assert message[1] >= box(viewer.page.locator("vm-readout"))[3]
    assert message[3] <= box(viewer.page.locator("vm-panel"))[1]


def test_images_beside_each_other_on_a_phone_are_all_in_sight(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD, reduced_motion="reduce", **TOUCH)
    viewer.ask("viewer.state.set({ compare: { mode: 'side', images: ['m13-dss.fits'] } })")
    viewer.page.locator(".companion").wait_for()
    first, second = box(viewer.page.locator(".stage").first), box(viewer.page.locator(".companion"))
    assert first[1] >= box(viewer.page.locator("vm-readout").first)[3] - 1
    assert second[3] <= box(viewer.page.locator("vm-rail").first)[1] + 1
    assert first[3] <= second[1]


def test_images_beside_each_other_have_equal_parts_of_the_page_and_fill_them(
    demo_url: str, view: Callable, artefacts: Path
) -> None:
    viewer = view(demo_url, FIELD, viewport=DESKTOP)
    page = viewer.page
    part = f"{FIELD}[1:500,1:500]"
    for images, columns in ((["m13-dss.fits"], 2), (["m13-dss.fits", part], 3)):
        viewer.ask("viewer.state.set({ compare: { mode: 'side', images: a[0] } })", images)
        page.locator(".companion").nth(len(images) - 1).wait_for()
        cells = [box(page.locator(".stage").first)] + [box(one) for one in page.locator(".companion").all()]
        assert [round(right - left) for left, _, right, _ in cells] == [pytest.approx(1400 / columns, abs=3)] * columns
        assert {round(bottom - top) for _, top, _, bottom in cells} == {900}
        assert [box(one) for one in page.locator(".companion .stage").all()] == cells[1:]
    viewer.save(artefacts / "look-beside.png")
    page.set_viewport_size({"width": 900, "height": 1100})  # two by two
    page.wait_for_function(
        """() => {
          const [one] = document.querySelector('visiomatic-viewer').shadowRoot.querySelectorAll('.companion');
          return one.clientWidth < 460 && one.clientHeight < 560;
        }"""
    )


def test_a_file_that_is_held_over_the_page_is_told_what_is_taken(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD, viewport=DESKTOP)
    held = """(type) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'a.csv'));
      const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('visiomatic-viewer').dispatchEvent(event);
    }"""
    viewer.page.evaluate(held, "dragover")
    viewer.page.get_by_text("FITS images, catalogues, regions, sessions").wait_for()
    assert box(viewer.page.locator(".drop")) == (0, 0, 1400, 900)  # the rail is below it, too
    viewer.page.evaluate(held, "dragleave")
    viewer.page.locator(".drop").wait_for(state="detached")


def test_an_empty_page_says_what_could_be_here_and_how(
    demo_url: str, open_page: Callable, faults: list[str], artefacts: Path
) -> None:
    page = open_page(f"{demo_url}?image=nowhere.fits")
    page.locator("vm-library-panel").wait_for()
    assert page.get_by_text("No image is open").count() == 0  # somebody chooses
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close").first.click()
    page.get_by_text("No image is open").wait_for()
    page.screenshot(path=str(artefacts / "look-empty.png"))
    page.locator(".nothing").get_by_role("button", name="Library").click()
    page.locator("vm-library-panel").wait_for()
    faults[:] = [fault for fault in faults if "nowhere" not in fault and "404" not in fault]


def test_the_list_of_overlays_comes_first_with_the_topmost_above(
    demo_url: str, view: Callable, tmp_path: Path, artefacts: Path
) -> None:
    names = [f"a-long-name-of-an-observation-{k}.csv" for k in range(3)]
    for k, name in enumerate(names):
        (tmp_path / name).write_text(f"name,x,y\nA,{300 + 100 * k},400\n")
    viewer = view(demo_url, FIELD, viewport=DESKTOP)
    viewer.ask("viewer.openPanel('overlays')")
    panel = viewer.page.locator("vm-overlays-panel")
    for k, name in enumerate(names):
        panel.locator(".file").set_input_files(tmp_path / name)
        panel.locator(".item").nth(k).wait_for()
    viewer.save(artefacts / "look-overlays.png")
    shown = panel.locator(".item .name").all_inner_texts()
    assert [text[-5:] for text in shown] == ["2.csv", "1.csv", "0.csv"]  # what tells them apart is not cut off
    assert panel.locator(".name").first.get_attribute("title") == names[2]
    assert box(panel.locator(".item").first)[1] < box(panel.get_by_role("button", name="Catalogue").first)[1]
    assert panel.get_by_role("button", name=f"Bring {names[2]} to the front").is_disabled()
    panel.get_by_role("button", name=f"Bring {names[0]} to the front").click()
    assert panel.locator(".item .name").first.get_attribute("title") == names[0]


def test_the_scale_is_legible_over_black_and_over_white(demo_url: str, view: Callable, artefacts: Path) -> None:
    for scheme in ("dark", "light"):
        for invert in (False, True):
            viewer = view(demo_url, FIELD, viewport=DESKTOP, color_scheme=scheme)
            viewer.ask(f"viewer.state.setDisplay({{ invert: {str(invert).lower()} }})")
            viewer.look_at(512, 512, 2)
            left, top, right, bottom = box(viewer.page.locator("vm-scalebar .back:not(.round)"))
            picture = viewer.picture(int(left) + 4, int(top) + 4, int(right - left) - 8, int(bottom - top) - 8)
            light = picture.astype(int).mean(axis=2)
            viewer.save(artefacts / f"look-scale-{scheme}-{'inverted' if invert else 'plain'}.png")
            ink = np.percentile(light, 99.5) if scheme == "dark" else np.percentile(light, 0.5)
            assert abs(ink - np.median(light)) > 90, (scheme, invert)
