"""A headless Chromium for the tests of pages; where the machine has none, or no driver, they skip and say so."""

import os
import shutil
import subprocess
import tarfile

import pytest


@pytest.fixture(scope="session")
def browser():
    """The machine's own Chromium, driven by playwright."""
    driver = pytest.importorskip("playwright.sync_api", reason="the driver, playwright, is not installed")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with driver.sync_playwright() as running:
        args = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        started = running.chromium.launch(executable_path=path, args=args)
        yield started
        started.close()


@pytest.fixture
def page(browser):
    """An empty page of 1280 x 720 that notes what goes wrong: ``page.complaints``, and ``page.requested``, URLs."""
    # The driver evaluates strings in the page, which the live page's own policy forbids; a test of its own is under it.
    size = {"width": 1280, "height": 720}
    context = browser.new_context(viewport=size, accept_downloads=True, bypass_csp=True)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.complaints, opened.requested = [], []
    opened.on("console", lambda m: opened.complaints.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("request", lambda request: opened.requested.append(request.url))
    opened.on("websocket", lambda socket: opened.requested.append(socket.url))
    yield opened
    context.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The source of axe-core, from the npm registry: an audit of accessibility, no part of the project."""
    folder = tmp_path_factory.mktemp("axe")
    fetch = [
        "npm",
        "pack",
        "axe-core@4.10.3",
        "--silent",
        "--prefer-offline",
        "--fetch-retries=0",
        "--pack-destination",
        str(folder),
    ]
    try:
        subprocess.run(fetch, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("axe-core could not be fetched from the npm registry")
    with tarfile.open(folder / "axe-core-4.10.3.tgz") as archive:
        return archive.extractfile("package/axe.min.js").read().decode("utf-8")
