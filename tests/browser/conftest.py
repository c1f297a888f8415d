"""A real browser, when there is one: Chromium driven by Playwright; else the tests skip and say why."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "simulation"))  # for small_run

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


# Per module: while Playwright is open its event loop counts as running, and Django refuses to work under one.
@pytest.fixture(scope="module")
def chromium():
    """One headless Chromium for all tests; `TIREK_CHROMIUM` names another executable."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = os.environ.get("TIREK_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()
