"""For everybody: what axe finds in every panel, the keyboard alone, voices, less motion, hands on glass."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from astropy.coordinates import SkyCoord

pytestmark = pytest.mark.browser

FIELD = "simulated-field-1024.fits"
DESKTOP, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
PANELS = ["display", "library", "info", "header", "overlays", "plots", "snapshot", "preferences", "help"]


@pytest.fixture(scope="module")
def axe(project_root: Path) -> str:
    path = project_root / "client" / "node_modules" / "axe-core" / "axe.min.js"
    if not path.exists():
        pytest.skip("axe-core is not installed in client/node_modules")
    return path.read_text(encoding="utf-8")


def open_panel(viewer: Any, name: str) -> None:
    """Open a panel and wait until its movement has ended and its requests were answered."""
    viewer.ask("element.viewer.openPanel(a[0])", name)
    if name:
        viewer.page.locator(f"vm-{name}-panel").wait_for()
    viewer.page.evaluate(
        """() => Promise.all(document.getAnimations()
             .filter((one) => one.effect.getComputedTiming().iterations !== Infinity).map((one) => one.finished))"""
    )
    viewer.page.wait_for_load_state("networkidle")


def violations(page: Any, without: tuple[str, ...] = ()) -> list[str]:
    """What axe calls serious or worse, by rule, with the first place of each."""
    found = page.evaluate(
        """(without) => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
               rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])) })
             .then(({ violations }) => violations.map(({ id, impact, nodes }) => ({
               id, impact, at: nodes.map((node) => `${node.target} ${node.html} ${node.failureSummary}`) })))""",
        list(without),
    )
    return [f"{one['id']}: {one['at']}"[:1500] for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.node
@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious_in_any_panel(
    demo_url: str, view: Callable, axe: str, scheme: str, size: dict[str, int], artefacts: Path
) -> None:
    touch = size is PHONE
    options = {"viewport": size, "color_scheme": scheme, "has_touch": touch, "is_mobile": touch}
    viewer = view(demo_url, FIELD, reduced_motion="reduce", **options)
    viewer.page.evaluate(axe)
    found = {}
    for name in ["", *PANELS]:
        open_panel(viewer, name)
        viewer.save(artefacts / f"panel-{name or 'none'}-{'phone' if touch else 'desktop'}-{scheme}.png")
        if bad := violations(viewer.page):
            found[name] = bad
    assert found == {}


MENUS = [
    ("display", "vm-picker button"),
    ("overlays", "vm-picker button"),
    ("preferences", "vm-select select"),
    ("library", "vm-search input"),
]
MESSAGES = """[
  viewer.notify('Link copied'),
  viewer.notify('Saved', { kind: 'success' }),
  viewer.notify('The sky is only known approximately', { kind: 'warning', timeout: 0 }),
  viewer.notify('This cannot be shown', { kind: 'error', timeout: 0, action: { label: 'Retry', run() {} } }),
].length"""


@pytest.mark.node
@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious_in_open_menus_messages_and_pop_ups(
    demo_url: str, view: Callable, axe: str, scheme: str, size: dict[str, int], artefacts: Path, tmp_path: Path
) -> None:
    touch = size is PHONE
    options = {"viewport": size, "color_scheme": scheme, "has_touch": touch, "is_mobile": touch}
    viewer = view(demo_url, FIELD, reduced_motion="reduce", **options)
    page = viewer.page
    page.evaluate(axe)
    found = {}

    def look(name: str) -> None:
        viewer.save(artefacts / f"open-{name}-{'phone' if touch else 'desktop'}-{scheme}.png")
        # What an open list covers in part is no target while it is open.
        if bad := violations(page, without=("target-size",)):
            found[name] = bad

    for panel, control in MENUS:
        open_panel(viewer, panel)
        page.locator(f"vm-{panel}-panel {control}").first.click()
        look(f"menu-{panel}")
        page.keyboard.press("Escape")
    (tmp_path / "stars.csv").write_text("name,x,y\nfirst,500,600\n")
    open_panel(viewer, "overlays")
    page.locator("vm-overlays-panel .file").set_input_files(tmp_path / "stars.csv")
    page.get_by_role("button", name="Remove stars.csv").wait_for()
    open_panel(viewer, "")
    viewer.ask("viewer.map.container.focus()")
    page.keyboard.press("e")
    page.locator("vm-popup .card").wait_for()
    look("pop-up")
    page.keyboard.press("Escape")
    if touch:
        page.get_by_role("button", name="Frame, quantity, copy").click()
        look("read-out")
    viewer.ask(MESSAGES)
    page.get_by_role("button", name="Retry").wait_for()
    look("messages")
    assert found == {}


FOCUSED = """
  () => {
    let at = document.activeElement;
    const path = [];
    while (at?.shadowRoot?.activeElement) {
      path.push(at.localName);
      at = at.shadowRoot.activeElement;
    }
    if (!at || at === document.body) return null;
    // Some controls draw the ring around a part of themselves, or a frame or a line inside, as the map and panels do.
    const near = [at, at.parentElement, ...at.querySelectorAll('*')].filter(Boolean);
    const ringed = near.some((one) => ['', '::after', '::before'].some((part) => {
      const style = getComputedStyle(one, part);
      const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
      const line = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) > 0;
      return outline || (one.localName === 'input' && style.boxShadow !== 'none') || (part !== '' && line);
    }));
    const name = at.getAttribute('aria-label') || at.textContent.trim().slice(0, 40);
    // A ring around everything that is open would shout.
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const framed = at.clientHeight > 250 && outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 &&
      !at.matches('[role=listbox], .scroller, vm-virtual');
    return { path: path.join(' '), tag: at.localName, name, ringed, framed };
  }
"""


def tour(page: Any, key: str = "Tab", most: int = 90) -> list[dict[str, Any]]:
    """What has the focus after each press of the key, until the page has been left or gone round."""
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press(key)
        stop = page.evaluate(FOCUSED)
        if stop is None or (len(stops) > 1 and stop == stops[0]):
            break
        stops.append(stop)
    return stops


def visit(viewer: Any, name: str) -> list[dict[str, Any]]:
    """Open a panel by its key, go through it and on with Tab, close it; the stops on the way."""
    page = viewer.page
    key = viewer.ask("element.shadowRoot.querySelector('vm-sidebar').panels.find(({ id }) => id === a[0]).key", name)
    viewer.ask("viewer.map.container.focus()")
    page.keyboard.press(key)
    page.locator(f"vm-{name}-panel").wait_for()
    page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').shadowRoot.activeElement?.localName === 'vm-sidebar'"
    )
    stops = [page.evaluate(FOCUSED), *tour(page)]
    viewer.ask("element.shadowRoot.querySelector('vm-sidebar').shadowRoot.querySelector('vm-panel').body.focus()")
    page.keyboard.press("Escape")
    page.locator(f"vm-{name}-panel").wait_for(state="detached")
    return stops


def test_the_keyboard_reaches_every_panel_shows_where_it_is_and_comes_back(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD)
    for name in PANELS:
        stops = visit(viewer, name)
        assert "vm-panel" in stops[0]["path"], name
        assert [stop for stop in stops if not stop["ringed"]] == [], name
        assert [stop for stop in stops if stop["framed"]] == [], name
        assert viewer.page.evaluate(FOCUSED)["name"] == f"Image {FIELD}"  # the map, as before


def test_positions_are_read_aloud_when_wanted(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD)
    spoken = "() => document.querySelector('visiomatic-viewer').shadowRoot.querySelector('[aria-live]').textContent"
    viewer.ask("viewer.map.container.focus()")
    viewer.page.keyboard.press("ArrowRight")
    viewer.rest()  # where it has come to would be read as soon as that is wanted
    assert viewer.page.evaluate(spoken) == ""
    viewer.page.keyboard.press("v")
    viewer.page.wait_for_function(f"() => ({spoken})().includes('aloud')")
    viewer.page.keyboard.press("ArrowRight")
    viewer.page.wait_for_function(f"() => ({spoken})().startsWith('RA ')")
    viewer.rest()
    said = SkyCoord(*re.findall(r"[+-]?[\d:.]{6,}", viewer.page.evaluate(spoken))[:2], unit=("hourangle", "deg"))
    middle = viewer.ask("await element.skyAt(...Object.values(viewer.map.center))")
    assert said.separation(SkyCoord(*middle, unit="deg")).arcsec < 0.3
    viewer.page.keyboard.press("v")
    viewer.page.wait_for_function(f"() => ({spoken})().includes('no longer')")


def test_nothing_moves_by_itself_where_less_motion_is_wanted(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD, reduced_motion="reduce")
    moving = """() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 1)
      .map((one) => `${one.animationName ?? one.transitionProperty} ${one.effect.target.className}`)"""
    found = []
    for name in PANELS:
        viewer.ask("element.viewer.openPanel(a[0])", name)
        viewer.page.locator(f"vm-{name}-panel").wait_for()
        found += viewer.page.evaluate(moving)
    before = viewer.center
    viewer.ask("viewer.map.container.focus()")
    viewer.page.keyboard.press("ArrowRight")
    assert viewer.center != before  # at once, no glide
    seen = viewer.page.evaluate(ZOOMS)
    assert len(seen) == 2
    assert seen[1] == pytest.approx(seen[0] + 1)
    assert found + viewer.page.evaluate(moving) == []


# Every zoom that is shown on the way of one step.
ZOOMS = """
  async () => {
    const { map } = document.querySelector('visiomatic-viewer').viewer, seen = [map.zoom];
    map.zoomBy(1);
    while (map.isMoving) {
      await new Promise(requestAnimationFrame);
      if (seen[seen.length - 1] !== map.zoom) seen.push(map.zoom);
    }
    return seen;
  }
"""


class Finger:
    """A finger on the glass, as the browser's own protocol moves it."""

    def __init__(self, page: Any) -> None:
        self._send = page.context.new_cdp_session(page).send
        self._page = page

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
        """Slowly, with a rest at the end: nothing is thrown."""
        self.touch("touchStart", start)
        for step in range(1, steps + 1):
            part = step / steps
            self.touch("touchMove", (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])))
            self._page.wait_for_timeout(16)
        self._page.wait_for_timeout(200)
        self.touch("touchMove", end)
        self.touch("touchEnd")

    def tap(self, x: float, y: float) -> None:
        self.touch("touchStart", (x, y))
        self.touch("touchEnd")


@pytest.fixture
def phone(demo_url: str, view: Callable) -> tuple[Any, Finger]:
    viewer = view(demo_url, FIELD, viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    return viewer, Finger(viewer.page)


def test_a_finger_drags_the_image_with_it(phone: tuple[Any, Finger]) -> None:
    viewer, finger = phone
    viewer.look_at(512, 512, 1)
    held = viewer.pixel_under(200, 500)
    finger.drag((200, 500), (120, 380))
    viewer.rest()
    found = viewer.pixel_under(120, 380)
    assert abs(found[0] - held[0]) < 1.5
    assert abs(found[1] - held[1]) < 1.5
    assert viewer.page.evaluate("scrollY") == 0


def test_a_tap_presses_and_targets_are_as_large_as_a_finger(phone: tuple[Any, Finger]) -> None:
    viewer, finger = phone
    box = viewer.page.locator("vm-rail [data-id=info]").bounding_box()
    finger.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    viewer.page.locator("vm-info-panel").wait_for()
    small = []
    for name in ["", *PANELS]:
        open_panel(viewer, name)
        small += viewer.page.evaluate(SMALL, name)
    for name in ("display", "overlays"):
        open_panel(viewer, name)
        viewer.page.locator(f"vm-{name}-panel vm-picker button").first.click()
        small += viewer.page.evaluate(SMALL, f"menu of {name}")
    assert small == []


# What lies inside of a larger target is that target.
SMALL = """
  (panel) => {
    const found = [];
    const walk = (root) => {
      for (const one of root.querySelectorAll('*')) {
        if (one.shadowRoot) walk(one.shadowRoot);
        const kinds = 'button, select, [role=option], [role=slider], input:not([type=color]):not([type=file])';
        if (!one.matches(kinds) || one.closest('label')) continue;
        const box = (one.closest('.track') ?? one).getBoundingClientRect();
        // Layout places boxes on 64ths of a pixel.
        const [width, height] = [box.width, box.height].map((size) => Math.round(size * 32) / 32);
        const shown = width > 1 && height > 1 && getComputedStyle(one).visibility !== 'hidden';
        if (shown && (width < 44 || height < 44)) {
          const name = one.getAttribute('aria-label') || one.textContent.trim();
          found.push(`${panel}: ${one.localName} ${name} ${width} x ${height}`);
        }
      }
    };
    walk(document);
    return found;
  }
"""


def test_thumbs_on_one_place_are_drawn_apart_by_the_finger(phone: tuple[Any, Finger]) -> None:
    viewer, finger = phone
    viewer.ask("viewer.state.setDisplay({ mode: 'single', cuts: { 1: [200, 205] } })")
    open_panel(viewer, "display")
    thumb = viewer.page.locator("vm-histogram .thumb.low")
    box = thumb.bounding_box()
    at = (box["x"] + box["width"] / 2 - 12, box["y"] + 60)
    finger.drag(at, (at[0] - 30, at[1]))
    low, high = viewer.ask("viewer.state.value.display.cuts[1]")
    assert low < 190
    assert high == 205


def test_panels_are_sheets_that_the_finger_draws_up_and_closes(phone: tuple[Any, Finger]) -> None:
    viewer, finger = phone
    viewer.ask("element.viewer.openPanel('info')")
    open_panel(viewer, "info")
    sheet = viewer.page.locator("vm-panel")

    def top() -> float:
        return float(sheet.bounding_box()["y"])

    half = top()
    assert 300 < half < 500
    finger.drag((150, half + 25), (150, 120))
    assert top() < 130
    finger.drag((150, top() + 25), (150, 830))
    viewer.page.locator("vm-info-panel").wait_for(state="detached")
