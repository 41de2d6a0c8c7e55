"""The live page in a real browser: how soon it shows a new picture after a slider's move, and what it looks like.

    python scripts/live_page.py FILE.png

saves a picture of the page; `python scripts/benchmark.py --only live` measures. A move sets the slider and dispatches
its ``input`` event, as a drag does; the time ends with the first animation frame at which the pixels of the
distributions' canvas have changed. Every move waits for the one before.
"""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator

import click
from pages import browser, chromium

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
  // One strip a ridge: reading all pixels in every frame would take time from what is measured.
  const pixels = () => drawn.map((each) => {
    const context = each.getContext("2d");
    let sum = 0;
    for (let row = 0.03; row < 1; row += 0.06) {
      const data = context.getImageData(0, Math.floor(row * each.height), each.width, 1).data;
      for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i] + 7 * data[i + 1] + 13 * data[i + 2]) | 0;
    }
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

_DONE = "number => Number(document.documentElement.dataset.done) >= number"


def why_missing() -> str:
    """Say what is missing to open the page in a browser; empty if nothing."""
    lacking = [name for name in ("bokeh", "playwright") if importlib.util.find_spec(name) is None]
    return ", ".join([*lacking, *([] if chromium() else ["Chromium"])])


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


def moves(number: int, init: str = "variance_scaling", activation: str = "tanh") -> list[float]:
    """Return the milliseconds from each of so many moves of the weight scale to its picture."""
    size = "&".join(f"{name}={value}" for name, value in SIZE.items())
    with served() as address, browser() as running:
        page = running.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
        page.goto(f"{address}?{size}&init={init}&activation={activation}")
        page.wait_for_selector("html[data-ready]")
        page.wait_for_function(_DONE, arg=1)
        time.sleep(0.5)
        took = []
        for position in range(number):
            value = 0.5 + 0.05 * ((position * 7) % 50)
            took.append(float(page.evaluate(_MOVE, ["scale", value])))
            page.wait_for_function(_DONE, arg=position + 2)  # the first one is the page's own
            time.sleep(0.1)  # theory is drawn: the next change of pixels is the next move's
        return took


def photograph(file: str) -> None:
    """Save the page at 1280 x 720 as the README shows it."""
    with served("--theme", "light") as address, browser() as running:
        page = running.new_page(viewport={"width": 1280, "height": 720}, device_scale_factor=1.5, bypass_csp=True)
        page.goto(f"{address}?init=xavier_normal&activation=sigmoid&depth=8")
        page.wait_for_selector("html[data-ready]")
        page.wait_for_function(_DONE, arg=1)
        page.wait_for_timeout(1000)  # Bokeh draws after it has the data
        page.screenshot(path=file)


@click.command()
@click.argument("picture", type=click.Path(dir_okay=False))
def main(picture: str) -> None:
    """Save the live page as PNG."""
    photograph(picture)


if __name__ == "__main__":
    main()
