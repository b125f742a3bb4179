"""Uses pages as a reader does, in a real Chromium: every link, panel, sort, slider and point, by mouse, keyboard and touch;
asks axe about both widths and both schemes; and prints.

    python check_page.py CHROMIUM OUT PAGE...

CHROMIUM is the browser, OUT a folder for the printed pages. Needs playwright, axe-playwright-python (axe-core comes with it) and
pypdfium2.
"""

import re
import sys
import time
from importlib.resources import files
from pathlib import Path

from paper import on_paper, squeezed
from playwright.sync_api import Page, sync_playwright

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 400, "height": 800}
faults: list[str] = []


def expect(holds: bool, what: str) -> None:
    if not holds:
        faults.append(what)
        print("FAULT", what)


def opened(context, path: Path, name: str) -> Page:
    """The page, of which every message on the console, error and request is looked at."""
    page = context.new_page()
    page.on("console", lambda message: expect(False, f"{name}: console says {message.text}"))
    page.on("pageerror", lambda error: expect(False, f"{name}: {error}"))
    page.on("request", lambda request: expect(
        request.url.split("#")[0] == path.as_uri() or request.url.startswith("data:"), f"{name}: asks for {request.url}"))
    page.goto(path.as_uri())
    return page


def names(page: Page, name: str) -> None:
    """Addresses lead somewhere, every id is there once, every control has a name."""
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    expect(len(ids) == len(set(ids)), f"{name}: an id is there twice")
    for link in page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(node => node.hash.slice(1))"):
        expect(link in ids, f"{name}: a link leads to {link}, which is not there")


def contents(page: Page, name: str) -> None:
    links = page.locator(".contents a")
    expect(links.count() > 1, f"{name}: no contents")
    for at in range(links.count()):
        links.nth(at).click()
        target = page.locator(page.evaluate("location.hash"))
        box = target.bounding_box()
        at_end = page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 2")
        expect(box is not None and (at_end or -2 < box["y"] < 200), f"{name}: {links.nth(at).inner_text()} leads to {box}")
        expect(page.evaluate("(at => !at || at.open)(document.querySelector(location.hash + ' > details'))"),
               f"{name}: a link to a folded section leaves it folded")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = false")
    for at in range(page.locator("details").count()):
        panel = page.locator("details").nth(at)
        panel.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(panel.evaluate("one => one.open"), f"{name}: a folded section does not open by the keyboard")


# How the check reads a cell; written apart from what the page does.
def value(text: str) -> float | None:
    text = text.strip().replace("−", "-").lstrip("<≤ ")
    if text.startswith("∞"):
        return float("inf")
    power = re.match(r"(-?[\d.]*)(?:×)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if power:
        raised = int(power[2].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
        return float(power[1] + "1" if power[1] in ("", "-") else power[1]) * 10.0**raised
    plain = re.match(r"-?\d[\d\s]*(\.\d+)?(e[+-]?\d+)?", text)
    return float(re.sub(r"\s", "", plain[0])) if plain else None


# Which way a column says it is sorted, and its cells.
CELLS = """(table, column) => [table.tHead.rows[0].cells[column].ariaSort,
    [...table.tBodies[0].rows].map(row => row.cells[column].textContent.trim())]"""


def sorting(page: Page, name: str) -> None:
    tables = page.locator(".scroll > table")
    for at in range(tables.count()):
        table = tables.nth(at)
        before = table.evaluate("table => [...table.tBodies[0].rows].map(row => row.textContent)")
        for button in table.locator("th button").all():
            column = button.evaluate("node => node.closest('th').cellIndex")
            what = f"{name}: table {at + 1}, {button.inner_text()}"
            for direction in ("ascending", "descending"):
                if direction == "ascending":
                    button.click()
                else:
                    button.focus()
                    page.keyboard.press("Enter")
                told, texts = table.evaluate(CELLS, column)
                expect(told == direction, f"{what}: aria-sort is {told}")
                known = [text for text in texts if text not in ("", "–", "-")]
                expect(texts[:len(known)] == known, f"{what}: what is missing is not last")
                values = [value(text) for text in known]
                if all(one is not None for one in values):
                    expect(values == sorted(values, reverse=direction == "descending"), f"{what}: {direction} gives {values}")
            button.click()
            after = table.evaluate("table => [...table.tBodies[0].rows].map(row => row.textContent)")
            expect(after == before, f"{what}: the third click does not restore the order")
        marked = table.locator("[aria-sort=ascending], [aria-sort=descending]").count()
        expect(marked == 0, f"{name}: table {at + 1} says it is sorted")


# Everything that a slider may move, as text.
MOVED = """() => ({
    setting: [...document.querySelectorAll('.setting')].map(node => node.textContent).join(),
    states: [...document.querySelectorAll('g.state.on')].map(node => node.dataset.i).join(),
    keys: [...document.querySelectorAll('.key .at')].map(node => node.textContent).join(),
    lines: [...document.querySelectorAll('.here')].map(node => node.getAttribute('d')).join(),
    rows: [...document.querySelectorAll('tr.here')].map(node => node.dataset.i).join(),
})"""


def sliding(page: Page, name: str) -> None:
    sliders = page.locator(".swept input:visible")
    data = page.evaluate("JSON.parse(document.getElementById('decay-data').textContent)")
    expect(sliders.count() == len([one for one in data["sliders"] if len(one["settings"]) > 1]), f"{name}: a slider is missing")
    for at in range(sliders.count()):
        slider, record = sliders.nth(at), data["sliders"][at]
        label = slider.evaluate("node => node.labels[0].textContent")
        expect(bool(label), f"{name}: a slider without a name")
        slider.focus()
        page.keyboard.press("Home")
        low = page.evaluate(MOVED)
        page.keyboard.press("End")
        high = page.evaluate(MOVED)
        for part in low:
            if low[part] or high[part]:
                expect(low[part] != high[part], f"{name}: {label} does not move the {part}")
        expect(slider.get_attribute("aria-valuetext") == record["settings"][-1], f"{name}: {label} does not say where it is")
        expect(f"slide-{at}" in page.evaluate("document.activeElement.id"), f"{name}: {label} lost the focus")
        for panel in data["panels"]:
            if panel["by"] == at and len(panel["states"]) > 1:
                shown = page.locator(f"#panel-{panel['id']} g.state.on")
                wanted = str(len(record["settings"]) - 1)
                expect({shown.nth(k).get_attribute("data-i") for k in range(shown.count())} == {wanted},
                       f"{name}: {panel['id']} shows another setting than {label}")
            if panel["picks"] == at and len(panel["states"]) == 1:
                texts = page.locator(f"#panel-{panel['id']} .key .at").all_inner_texts()
                wanted = [row["text"][-1] for row in panel["states"][0] if row["name"] != "diverged"]
                expect(texts[:len(wanted)] == wanted, f"{name}: the key of {panel['id']} says {texts}, not {wanted}")
        for to in ("best", "chosen"):
            control = slider.locator("xpath=..")
            control.locator(f"[data-to={to}]").click()
            expect(int(slider.input_value()) == record[to], f"{name}: the button '{to}' of {label} leads elsewhere")


def points(page: Page, name: str, touch: bool) -> None:
    """Every figure says the values of its points; all but those of words and of small images have a stop of the tab key."""
    panels = page.locator(".panel")
    # A finger asks what a pointer asks; some figures tell.
    for at in range(0, panels.count(), 4 if touch else 1):
        panel = panels.nth(at)
        drawing, probe, tooltip = panel.locator("> svg"), panel.locator(".probe"), page.locator(".tooltip")
        what = f"{name}: {panel.get_attribute('id')}"
        expect(probe.count() == 1, f"{what} has no points")
        if probe.count() != 1:
            continue
        expect(bool(probe.get_attribute("aria-label")), f"{what} has points without a name")
        drawing.scroll_into_view_if_needed()
        box = drawing.bounding_box()
        middle = (box["x"] + min(box["width"], page.viewport_size["width"] - box["x"]) / 2, box["y"] + box["height"] * 0.6)
        if touch:
            page.touchscreen.tap(*middle)
        else:
            page.mouse.move(*middle)
        expect(tooltip.is_visible() and bool(re.search(r"\d", tooltip.inner_text())), f"{what} shows no values at a pointer")
        place = tooltip.bounding_box()
        if place:
            expect(place["x"] >= 0 and place["x"] + place["width"] <= page.viewport_size["width"] + 1, f"{what}: values leave the window")
        if touch:
            page.touchscreen.tap(2, 2)
        else:
            page.mouse.move(1, 1)
        page.keyboard.press("Escape")
        expect(tooltip.is_hidden(), f"{what} keeps its values shown")
        if touch:
            continue
        last = int(probe.get_attribute("max"))
        page.evaluate("document.activeElement.blur()")
        probe.focus()
        page.keyboard.press("Home")
        first = probe.get_attribute("aria-valuetext")
        expect(tooltip.is_visible() and bool(first), f"{what} says nothing to the keyboard")
        page.keyboard.press("ArrowRight")
        expect(int(probe.input_value()) == min(1, last), f"{what}: the arrow key does not go to the next point")
        page.keyboard.press("End")
        expect(int(probe.input_value()) == last, f"{what}: no way to the last point by keys")
        expect(last == 0 or probe.get_attribute("aria-valuetext") is not None, f"{what}: the last point has no words")
        probe.blur()
        expect(tooltip.is_hidden(), f"{what} keeps its values shown without the focus")


def picking(page: Page, name: str) -> None:
    """A click into a figure over the swept values moves the slider, and so does Enter."""
    for panel in page.locator(".panel.picks").all()[:3]:
        probe = panel.locator(".probe")
        probe.focus()
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        low = page.evaluate(MOVED)
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        expect(low != page.evaluate(MOVED), f"{name}: Enter in {panel.get_attribute('id')} moves nothing")
        drawing = panel.locator("> svg")
        drawing.scroll_into_view_if_needed()
        before = page.evaluate(MOVED)
        box = drawing.bounding_box()
        page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.6)
        expect(before != page.evaluate(MOVED), f"{name}: a click into {panel.get_attribute('id')} moves nothing")
    for button in page.locator("[data-to=chosen]:visible").all():
        button.click()


def axe(page: Page, name: str) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.evaluate(AXE)
    for found in page.evaluate("axe.run(document).then(result => result.violations)"):
        nodes = [node["html"][:160] for node in found["nodes"][:3]]
        if found["impact"] in ("serious", "critical"):
            expect(False, f"{name}: axe finds {found['id']} ({found['impact']}, {len(found['nodes'])} times): {nodes}")
        else:
            print(f"  {name}: axe notes {found['id']} ({found['impact']}): {nodes[:1]}")


def sideways(page: Page, name: str) -> None:
    expect(page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}: the page is wider than its window")
    for scroll in page.locator(".scroll").all():
        over = scroll.evaluate("one => one.scrollWidth > one.clientWidth + 1")
        told = scroll.evaluate("one => one.previousElementSibling.classList.contains('sideways')")
        stop = scroll.evaluate("one => one.tabIndex === 0")
        expect(over == told == stop, f"{name}: a table scrolls {over}, says so {told}, is a stop of the tab key {stop}")


def printed(page: Page, name: str, path: Path) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = false")
    inside = page.evaluate("[...document.querySelectorAll('details dt, details summary h2, section > h2, .caption, figcaption')]"
                           ".map(node => node.textContent)")
    page.pdf(path=path, format="A4")
    text = on_paper(path)
    for part in inside:
        expect(squeezed(part)[:60] in text, f"{name}: '{part[:60]}' is not on paper")


def plain(browser, path: Path, name: str) -> None:
    """Without scripts nothing is hidden but what is folded, and no control is there that does nothing."""
    page = browser.new_context(java_script_enabled=False, viewport=WIDE).new_page()
    page.goto(path.as_uri())
    expect(page.locator("button:visible, input:visible").count() == 0, f"{name}: a control without a script")
    for at in range(page.locator(".panel > svg").count()):
        expect(page.locator(".panel > svg").nth(at).is_visible(), f"{name}: a figure is hidden without a script")
    page.locator(".contents a").first.click()
    page.context.close()


def check(browser, path: Path, out: Path) -> None:
    name = path.parent.name
    start = time.monotonic()
    for scheme in ("light", "dark"):
        for size in (WIDE, NARROW):
            touch = size is NARROW
            context = browser.new_context(viewport=size, color_scheme=scheme, has_touch=touch)
            page = opened(context, path, f"{name}, {size['width']}, {scheme}")
            page.set_default_timeout(10_000)
            label = f"{name}, {size['width']} {scheme}"
            sideways(page, label)
            axe(page, label)
            if scheme == "light":
                points(page, label, touch)
            if scheme == "light" and not touch:
                names(page, label)
                contents(page, label)
                sorting(page, label)
                sliding(page, label)
                picking(page, label)
                printed(page, label, out / f"{name}.pdf")
            context.close()
    plain(browser, path, name)
    print(f"{name}: {time.monotonic() - start:.0f} s")


def main() -> None:
    chromium, out, *pages = sys.argv[1:]
    Path(out).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for page in pages:
            check(browser, Path(page).resolve(), Path(out))
        browser.close()
    if faults:
        sys.exit(f"{len(faults)} faults")
    print(f"{len(pages)} pages do what they should")


if __name__ == "__main__":
    main()
