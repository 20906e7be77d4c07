"""A real browser: the Chromium that the system has."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.moderation.review.conftest import EVERYTHING
from tests.moderation.review.desks import PASSWORD
from tests.moderation.review.web.scenery import Served

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium is installed: install the package 'chromium' (Debian), or Google Chrome"
SHOTS = Path(__file__).parents[4] / "out" / "review_desk"
DESKTOP, TABLET = (1280, 800), (820, 1180)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window. Skips the test where there is none."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get(EVERYTHING):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        try:
            yield browser
        finally:
            browser.close()


def window(
    browser: Browser, served: Served, size: tuple[int, int], script: bool = True, dark: bool = False
) -> BrowserContext:
    """A window of that size, of which any fault of a page fails the test."""
    context = browser.new_context(
        base_url=served.address,
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(20_000)
    return context


def open_page(context: BrowserContext, faults: list[str]) -> Page:
    """A page whose script errors and refused contents are collected in `faults`."""
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    return page


def sign_in(page: Page, name: str) -> None:
    """Signs in by the keyboard."""
    page.goto("/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/review*", wait_until="load")


def keep(page: Page, name: str) -> None:
    """Keeps a picture of the page as it is seen, for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
