"""How soon the live page shows a new picture after a slider's move, measured in a real browser.

    python scripts/live_page.py [--moves N] [--picture FILE]

A move sets the slider and dispatches its ``input`` event, as a drag does; the time ends with the first animation frame at
which the pixels of the distributions' canvas have changed. Every move waits for the one before.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import click

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"depth": 5, "width": 100, "samples": 1000}
"""The article's."""

_MOVE = """
([name, value]) => new Promise((resolve, reject) => {
  const canvas = (root, found = []) => {
    for (const each of root.querySelectorAll("*")) {
      if (each.tagName === "CANVAS" && each.width) found.push(each);
      if (each.shadowRoot) canvas(each.shadowRoot, found);
    }
    return found;
  };
  const drawn = canvas(document.getElementById("ridges"));
  const pixels = () => drawn.map((each) => {
    const data = each.getContext("2d").getImageData(0, 0, each.width, each.height).data;
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i] + 7 * data[i + 1] + 13 * data[i + 2]) | 0;
    return sum;
  }).join();
  const before = pixels(), slider = document.getElementById(name), start = performance.now();
  slider.value = value;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  const look = () => {
    if (pixels() !== before) return resolve(performance.now() - start);
    if (performance.now() - start > 10000) return reject(new Error("no new picture in 10 s"));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""


def chromium() -> str | None:
    """Return the path of the machine's Chromium, if it has one."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


@contextlib.contextmanager
def served(*options: str) -> Iterator[str]:
    """Run ``actviz serve`` on a free port and give its address."""
    run = [sys.executable, "-m", "actviz", "serve", "--no-browser", *options]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[2]
    finally:
        process.terminate()
        process.wait(20)


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


def moves(number: int, init: str = "variance_scaling", activation: str = "tanh") -> list[float]:
    """Return the milliseconds from each of so many moves of the weight scale to its picture."""
    size = "&".join(f"{name}={value}" for name, value in SIZE.items())
    with served() as address, browser() as running:
        page = running.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{address}?{size}&init={init}&activation={activation}")
        page.wait_for_selector("html[data-ready]")
        page.wait_for_function("Number(document.documentElement.dataset.shown) >= 1")
        time.sleep(1.0)
        took = []
        for position in range(number):
            value = 0.5 + 0.05 * ((position * 7) % 50)
            took.append(float(page.evaluate(_MOVE, ["scale", value])))
            time.sleep(0.25)  # theory and verdict of this move are drawn, so that the next change of pixels is its own
        return took


def photograph(file: str) -> None:
    """Save the page at 1280 x 720 as the README shows it."""
    with served("--theme", "light") as address, browser() as running:
        page = running.new_page(viewport={"width": 1280, "height": 720}, device_scale_factor=1.5)
        page.goto(f"{address}?init=xavier_normal&activation=sigmoid&depth=8")
        page.wait_for_selector("html[data-ready]")
        page.wait_for_timeout(4000)
        page.screenshot(path=file)


@click.command()
@click.option("--moves", "number", default=120, show_default=True, help="Moves of a slider.")
@click.option("--picture", type=click.Path(dir_okay=False), help="Save the page as PNG instead.")
def main(number: int, picture: str | None) -> None:
    """Measure the live page, or photograph it."""
    if picture:
        return photograph(picture)
    took = sorted(moves(number))
    at = {share: took[min(len(took) - 1, int(share / 100 * len(took)))] for share in (50, 95)}
    click.echo(
        f"{number} moves: p50 {at[50]:.0f} ms, p95 {at[95]:.0f} ms, longest {took[-1]:.0f} ms; goal p95 <= 150 ms"
    )
    return None


if __name__ == "__main__":
    main()
