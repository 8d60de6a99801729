"""The report in a real browser: lines link, nothing is loaded or logged, it is readable on any screen and to anyone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stochtrace_cli.main import main

CHROMIUM = Path("/usr/bin/chromium")
if not CHROMIUM.exists():
    pytest.skip("there is no /usr/bin/chromium: `make browser` installs it", allow_module_level=True)
api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

ROOT = Path(__file__).parents[1]
QUIET = ["sandbox", "first-run"]
OFF = ["gpu", "quic", "background-networking", "component-update", "sync"]
ARGUMENTS = [*(f"--no-{name}" for name in QUIET), *(f"--disable-{name}" for name in OFF)]
NARROW, WIDE = 390, 1280
LINE = 12  # of the walk: its draw


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of a program beside its source, and one of a program with several draws that is alone."""
    folder = tmp_path_factory.mktemp("reports")
    for name in ("lecture_walk.py", "lecture_walk_d.py", "epidemic_d.py"):
        shutil.copy(ROOT / "samples" / name, folder)
    asked = {"walk": ["lecture_walk_d.py:walk", "--at", "p=0.5"]}
    asked["epidemic"] = ["epidemic_d.py:epidemic", "--at", "beta=0.3", "--at", "gamma=0.4"]
    for name, (target, *at) in asked.items():
        output = ["--samples", "500", "-o", str(folder / f"{name}.html")]
        assert CliRunner().invoke(main, ["report", str(folder / target), *at, *output]).exit_code == 0
    return {name: folder / f"{name}.html" for name in asked}


@pytest.fixture
def opened(browser: Any, reports: dict[str, Path]) -> Iterator[Any]:
    """Opens a report; at the end, nothing was logged, and nothing but the page was loaded."""
    pages, noise = [], []

    def open_page(name: str, width: int = WIDE, scheme: str = "light") -> Any:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda request: noise.append(request.url) if request.url != page.url else None)
        pages.append(page)
        page.goto("about:blank")
        page.set_content(reports[name].read_text(encoding="utf-8"))
        return page

    yield open_page
    for page in pages:
        page.close()
    assert noise == []


def marked(page: Any, name: str) -> set[str]:
    return set(page.eval_on_selector_all(f".{name}", "lines => lines.map(line => line.id)"))


def counterparts(page: Any) -> set[str]:
    """The lines that the walk's draw became, as the notes and the primal of the generated file tell."""
    lines = page.eval_on_selector_all("#generated .line", "lines => lines.map(line => [line.id, line.textContent])")
    return {
        id
        for id, text in lines
        if text.endswith(f"# lecture_walk.py:{LINE}") or "n += rt." in text or text.endswith("n += k")
    }


def test_lines_are_marked_with_their_counterparts(opened: Any) -> None:
    page = opened("walk")
    expected = {f"s{LINE}", *counterparts(page)}
    assert len(expected) == 8
    page.hover(f"#s{LINE} code")
    assert marked(page, "linked") == expected
    page.hover("h1")
    assert marked(page, "linked") == set()
    page.hover(f"#{sorted(counterparts(page))[0]} code")
    assert marked(page, "linked") == expected


def test_a_click_keeps_the_marks_and_shows_the_counterpart(opened: Any) -> None:
    page = opened("walk")
    page.set_viewport_size({"width": WIDE, "height": 300})  # panes too low for all lines
    page.click(f"#s{LINE} code")
    page.hover("h1")
    assert marked(page, "kept") == {f"s{LINE}", *counterparts(page)}
    inside = "line => { const view = line.closest('pre').getBoundingClientRect(), own = line.getBoundingClientRect();"
    inside += " return own.top >= view.top && own.bottom <= view.bottom }"
    seen = [page.eval_on_selector(f"#{id}", inside) for id in counterparts(page)]
    assert any(seen)
    page.click(f"#s{LINE} code")
    assert marked(page, "kept") == set()


def test_numbers_lead_there_without_a_mouse(opened: Any) -> None:
    page = opened("walk")
    page.focus(f"#s{LINE} a")
    assert marked(page, "linked") == {f"s{LINE}", *counterparts(page)}
    page.keyboard.press("Enter")
    target = page.evaluate("document.querySelector(':target').id")
    assert target == min(counterparts(page), key=lambda id: int(id[1:]))


def test_lines_of_a_stand_in_are_linked(opened: Any) -> None:
    page = opened("epidemic")
    page.hover("#source .line:has-text('rt.flip(omega, 2, gamma)') code")
    texts = page.eval_on_selector_all("#generated .linked", "lines => lines.map(line => line.textContent)")
    assert sum("# epidemic.py:24" in text for text in texts) == 3
    assert not any("# epidemic.py:20" in text for text in texts)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["walk", "epidemic"])
def test_anyone_can_read_it(opened: Any, name: str, width: int, scheme: str) -> None:
    """The page never scrolls sideways, code and tables do inside; axe-core finds nothing."""
    page = opened(name, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wide = page.eval_on_selector_all(
        "body *", f"all => all.filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > {width})"
        ".map(e => e.outerHTML)",
    )  # fmt: skip
    assert wide == []
    if width == NARROW:
        assert page.eval_on_selector("#generated", "pre => pre.scrollWidth > pre.clientWidth")
    found = axe.Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_pictures_have_both_colours(opened: Any) -> None:
    """Text against its background: light on dark or dark on light, as the reader asks."""
    brightness = "style => style.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"
    for scheme, sign in (("light", 1), ("dark", -1)):
        page = opened("walk", WIDE, scheme)
        style = "getComputedStyle(document.querySelector('svg text')).fill"
        back = "getComputedStyle(document.body).backgroundColor"
        difference = page.evaluate(f"({brightness})({back}) - ({brightness})({style})")
        assert sign * difference > 300
