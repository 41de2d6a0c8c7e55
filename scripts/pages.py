"""Open a page in a headless browser: how long until it is ready, and a picture of it.

Usage: python scripts/pages.py PAGE.html PICTURE.png [DARK.png]
"""

import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

READY = "document.getElementById('explorer').dataset.ready"
"""Milliseconds from the start of the navigation to the explorer's first picture."""


CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return the path of the machine's Chromium, if it has one."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Start a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield running
        finally:
            running.close()


def why_no_browser() -> str:
    """Say what is missing to open a page; nothing if all is there."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "needs playwright"
    return "" if chromium() else "needs chromium"


@contextlib.contextmanager
def opened(path: Path, *, width: int = 1280, height: int = 720, scheme: str = "light") -> Iterator[Any]:
    """Open a report in a fresh browser; yield its page when the explorer is ready."""
    with browser() as running:
        page = running.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        page.goto(path.resolve().as_uri())
        while not page.evaluate(READY):
            page.wait_for_timeout(10)
        yield page


def seconds_to_ready(path: Path) -> float:
    """Return how long a report takes to load in a fresh browser."""
    with opened(path) as page:
        return float(page.evaluate(READY)) / 1000


def picture(path: Path, target: Path, scheme: str = "light") -> None:
    """Save the explorer as on a projector, with two pairings compared in their third layer."""
    with opened(path, scheme=scheme) as page:
        page.check("#compare")
        page.focus("#layer")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("#chart-histogram-b canvas")
        page.evaluate("document.activeElement.blur(); document.getElementById('explorer').scrollIntoView()")
        page.wait_for_timeout(500)
        page.screenshot(path=target)


if __name__ == "__main__":
    for target, scheme in zip(sys.argv[2:], ("light", "dark"), strict=False):
        picture(Path(sys.argv[1]), Path(target), scheme)
