"""The page in another language: chosen in the preferences, by the address, by the page around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

FIELD = "simulated-field-1024.fits"
# Texts and names of everything on the page, through all shadow roots.
TEXTS = """(() => {
  const found = new Set(), names = ['aria-label', 'title', 'placeholder', 'alt'];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) found.add(node.data.trim());
    if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
    if (node.localName === 'style') return;
    for (const name of names) if (node.getAttribute?.(name)) found.add(node.getAttribute(name));
    for (const child of node.childNodes) walk(child);
    if (node.shadowRoot) walk(node.shadowRoot);
  };
  walk(element);
  return [...found];
})()"""


@pytest.fixture(scope="module")
def french(project_root: Path) -> dict[str, str]:
    """What the catalogue says otherwise than the English text, counts left out."""
    catalogue = json.loads((project_root / "client/src/base/languages/fr.json").read_text(encoding="utf-8"))
    return {text: said for text, said in catalogue.items() if isinstance(said, str) and said != text}


def test_all_panels_are_in_french_once_it_is_chosen_and_again_at_the_next_visit(
    demo_url: str, view: Callable, french: dict[str, str]
) -> None:
    viewer = view(demo_url, FIELD, "panel=preferences")
    page = viewer.page
    assert page.get_attribute("visiomatic-viewer", "lang") == "en"
    loaded = "() => performance.getEntriesByType('resource').filter(({ name }) => /\\/fr-/.test(name)).length"
    assert page.evaluate(loaded) == 0
    page.get_by_label("Language").select_option("fr")
    page.get_by_role("heading", name="Préférences").wait_for()
    page.wait_for_selector("visiomatic-viewer[lang=fr]")
    assert page.evaluate(loaded) == 1
    titles = viewer.ask(
        "[...element.shadowRoot.querySelector('vm-sidebar').panels].map(({ id, title }) => [id, title])"
    )
    said = set()
    for panel, title in titles:
        viewer.ask("viewer.openPanel(a[0])", panel)
        page.locator("vm-panel").get_by_role("heading", name=french[title], exact=True).first.wait_for()
        said |= set(viewer.ask(TEXTS))
    assert not said & set(french)
    assert len(said & set(french.values())) > 150
    page.reload()
    page.wait_for_selector("visiomatic-viewer[lang=fr]")
    page.wait_for_selector("html[lang=fr]", state="attached")
    viewer.settle()
    page.get_by_role("button", name="Zoom avant").wait_for()


def test_an_address_may_give_the_language_and_one_without_a_catalogue_stays_english(
    demo_url: str, view: Callable
) -> None:
    given = view(demo_url, FIELD, "lang=fr")
    given.page.get_by_role("button", name="Zoom avant").wait_for()
    assert given.page.evaluate("() => localStorage.getItem('visiomatic.lang')") is None
    other = view(demo_url, FIELD, "lang=tlh")
    other.page.get_by_role("button", name="Zoom in").wait_for()
    other.ask("element.setAttribute('lang', 'fr-CA')")
    other.page.get_by_role("button", name="Zoom avant").wait_for()
    assert other.page.get_attribute("visiomatic-viewer", "lang") == "fr"


def test_what_comes_and_goes_is_in_french_too(
    demo_url: str, view: Callable, french: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "two.reg").write_text("image\ncircle(500,500,20) # text={A}\ncircle(540,500,20) # text={B}\n")
    viewer = view(demo_url, FIELD, "lang=fr&panel=overlays&at=512,512&zoom=0")
    page = viewer.page
    spoken = page.locator("visiomatic-viewer > .quiet, visiomatic-viewer [aria-live=polite].quiet").first
    page.get_by_role("heading", name="Catalogues et régions").wait_for()
    page.keyboard.press("Escape")
    viewer.ask("viewer.map.container.focus()")
    page.keyboard.press("e")
    page.get_by_text(french["Nothing of a catalogue or of regions is in view"]).wait_for()
    viewer.ask("viewer.openPanel('overlays')")
    page.locator("vm-overlays-panel input[type=file]").set_input_files(tmp_path / "two.reg")
    page.locator("vm-overlays-panel .count").get_by_text("2", exact=True).wait_for()
    viewer.ask("viewer.map.container.focus()")
    page.keyboard.press("e")
    page.locator("vm-popup").get_by_role("heading", name="A", exact=True).wait_for()
    page.wait_for_function("(one) => one.innerText.includes('two.reg, 1 sur 2. ')", arg=spoken.element_handle())
    assert page.locator("vm-popup [role=group]").get_attribute("aria-label") == french["What the catalogue says"]
    viewer.ask("void viewer.openPanel('plots')")
    page.locator("vm-plots-panel").get_by_role("button", name=french["Across the view"]).click()
    page.locator("vm-plot .u-over").wait_for()
    viewer.ask("void (element.state = {compare: {mode: 'blink', images: ['m13-dss.fits'], rate: 0}, panel: 'library'})")
    page.locator("vm-library-panel").get_by_role("textbox", name=french["Images per second"]).wait_for()
    said = set(viewer.ask(TEXTS))
    viewer.ask("viewer.openPanel('help')")
    page.locator("vm-help-panel").get_by_text(french["Previous source or region in view"]).wait_for()
    said |= set(viewer.ask(TEXTS))
    assert not said & set(french)
