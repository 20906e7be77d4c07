"""The desk in a real browser: from the sign-in page to the audit log."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.moderation.review.web.browser import (
    DESKTOP,
    TABLET,
    chromium,
    keep,
    open_page,
    sign_in,
    window,
)
from tests.moderation.review.web.scenery import Served

expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def filter_of(page: Page, selector: str) -> str:
    page.wait_for_load_state()  # the stylesheet is there then
    return str(page.eval_on_selector(selector, "element => getComputedStyle(element).filter"))


def press(page: Page, key: str, heading: str) -> None:
    """Presses a key that leads to the page of that heading."""
    page.keyboard.press(key)
    expect(page.locator("h1")).to_contain_text(heading)
    page.wait_for_load_state()  # the script listens then


def tab_to(page: Page, text: str) -> None:
    """Goes from control to control until the one with that text has the focus."""
    for _ in range(60):
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"'{text}' cannot be reached by the keyboard")


def assert_nothing_is_cut_off(page: Page) -> None:
    """No page is wider than its window, and every control can be reached in it."""
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    width = page.evaluate("innerWidth")
    for box in page.locator("main button:visible, main select:visible").all():
        bounds = box.bounding_box()
        assert bounds is not None
        assert bounds["x"] >= 0
        assert bounds["x"] + bounds["width"] <= width
        assert bounds["height"] >= 24


def assert_labelled(page: Page) -> None:
    """Every control has a name for those who cannot see it; the page has its landmarks."""
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, select, textarea, a,"
            + " input:not([type=hidden])")].filter(e => !(e.ariaLabel || e.labels?.length
            || e.textContent.trim())).map(e => e.outerHTML)"""
    )
    assert nameless == []
    assert page.evaluate("document.images.length && [...document.images].some(i => !i.alt)") in (
        0,
        False,
    )
    assert page.locator("html").get_attribute("lang") == "en"
    for landmark in ("header", "main", "h1"):
        assert page.locator(landmark).count() == 1


def test_a_day_at_the_desk_with_the_keyboard_alone(browser: Browser, served: Served) -> None:
    faults: list[str] = []
    with window(browser, served, DESKTOP) as context:
        page = open_page(context, faults)
        page.goto("/")
        keep(page, "desktop-sign-in")
        sign_in(page, "ada")
        expect(page.locator("h1")).to_contain_text("poster-12")
        assert filter_of(page, "#photo img").startswith("blur(30.8px)")
        assert_nothing_is_cut_off(page)
        assert_labelled(page)
        keep(page, "desktop-item-blurred")

        with page.expect_response("**/revealed"):
            page.keyboard.press("Space")
        expect(page.locator("#photo.revealed")).to_be_visible()
        page.wait_for_function(
            "!getComputedStyle(document.querySelector('#photo img')).filter.includes('blur')"
        )
        with page.expect_response("**/view"):
            page.keyboard.press("g")
        assert "grayscale(1)" in filter_of(page, "#photo img")
        page.keyboard.press("?")
        expect(page.get_by_text("label as mature", exact=True)).to_be_visible()
        keep(page, "desktop-item-revealed-grey-help")
        page.keyboard.press("?")
        page.keyboard.press("Space")
        page.wait_for_function(
            "getComputedStyle(document.querySelector('#photo img')).filter.includes('blur')"
        )

        press(page, "r", "cup-4")
        expect(page.get_by_role("status")).to_contain_text("removed")
        keep(page, "desktop-item-after-a-decision")
        press(page, "u", "poster-12")
        assert "grayscale(1)" in filter_of(page, "#photo img")
        page.focus("#note")
        page.keyboard.type("a man, a rocket, steam")
        assert page.input_value("#note") == "a man, a rocket, steam"
        page.keyboard.press("Escape")
        press(page, "m", "cup-4")
        press(page, "s", "cat-7")
        press(page, "e", "broken-3")
        expect(page.get_by_text("The photo's file ends too early.")).to_be_visible()
        keep(page, "desktop-item-without-a-photo")
        press(page, "a", "Nothing waits for you")
        keep(page, "desktop-empty")
        tab_to(page, "Sign out")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Sign in")

        sign_in(page, "lin")
        expect(page.locator("h1")).to_contain_text("cat-7")
        tab_to(page, "Audit log")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Audit log")
        assert_nothing_is_cut_off(page)
        assert_labelled(page)
        keep(page, "desktop-audit")
        seen = [row.split("\t")[2] for row in page.locator("tbody tr").all_inner_texts()]
    assert seen.count("decided") == 5
    assert seen.count("undone") == 1
    assert seen.count("revealed") == 1
    assert faults == []
    notes = {one.note for one in served.desk.decisions()}
    assert "a man, a rocket, steam" in notes


def test_a_day_at_the_desk_without_javascript(browser: Browser, served: Served) -> None:
    with window(browser, served, TABLET, script=False, dark=True) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("correct horse battery")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("h1")).to_contain_text("poster-12")
        assert "blur" in filter_of(page, "#photo img")
        assert_nothing_is_cut_off(page)
        keep(page, "tablet-item-blurred")
        page.get_by_role("link", name="Reveal").click()
        assert "blur" not in filter_of(page, "#photo img")
        keep(page, "tablet-item-revealed")
        thumbnail = page.locator(".thumb img").first
        assert "blur" in filter_of(page, ".thumb img")
        thumbnail.locator("xpath=../input").check()
        assert "blur" not in filter_of(page, ".thumb img")
        page.get_by_role("button", name="Greyscale").click()
        assert "grayscale(1)" in filter_of(page, "#photo img")
        page.get_by_label("Blur", exact=True).select_option("100")
        page.get_by_role("button", name="Set").click()
        assert "blur-100" in (page.locator("body").get_attribute("class") or "")
        page.get_by_label("Reason: remove").select_option("OTHER-VIOLATION")
        page.get_by_label("Note").fill("no helmet")
        page.get_by_role("button", name="Remove").click()
        expect(page.locator("h1")).to_contain_text("cup-4")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("h1")).to_contain_text("poster-12")
        page.get_by_role("button", name="Escalate").click()
        expect(page.locator("h1")).to_contain_text("cup-4")
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("h1")).to_contain_text("cat-7")
        page.go_back()
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("h1")).to_have_text("Sign in")

        page.get_by_label("Name").fill("lin")
        page.get_by_label("Password").fill("correct horse battery")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("h1")).to_contain_text("poster-12")
        for title in ("Figures", "People", "Audit log"):
            page.get_by_role("link", name=title).click()
            expect(page.locator("h1")).to_have_text(title)
            assert_nothing_is_cut_off(page)
            keep(page, f"tablet-{title.lower().replace(' ', '-')}")
        page.get_by_label("What").select_option("decided")
        page.get_by_role("button", name="Filter").click()
        expect(page.locator("tbody tr")).to_have_count(3)


def test_without_the_stylesheet_no_photo_is_shown(browser: Browser, served: Served) -> None:
    with window(browser, served, DESKTOP) as context:
        page = context.new_page()
        sign_in(page, "lin")
        photos = page.locator("#photo img, .thumb img")
        seen = photos.count()
        assert seen > 1
        assert photos.locator("visible=true").count() == seen
        page.route("**/*.css", lambda route: route.abort())
        page.reload()
        expect(page.locator("h1")).to_contain_text("Listing")
        assert photos.count() == seen
        assert photos.locator("visible=true").count() == 0


def test_the_leads_pages_are_whole_and_labelled(browser: Browser, served: Served) -> None:
    faults: list[str] = []
    with window(browser, served, DESKTOP) as context:
        page = open_page(context, faults)
        sign_in(page, "lin")
        for address in ("/lead", "/lead/people", "/items/2"):
            page.goto(address)
            assert_nothing_is_cut_off(page)
            assert_labelled(page)
            keep(page, f"desktop{address.replace('/', '-')}")
        with page.expect_download() as download:
            page.goto("/lead")
            page.get_by_role("link", name="JSON lines").click()
        assert download.value.suggested_filename == "decisions.jsonl"
    assert faults == []


def test_going_back_and_deciding_again_is_told_plainly(browser: Browser, served: Served) -> None:
    with window(browser, served, DESKTOP) as context:
        page, tab = open_page(context, []), context.new_page()
        sign_in(page, "ada")
        tab.goto("/review")
        press(page, "a", "cup-4")
        tab.keyboard.press("r")
        expect(tab.locator("h1")).to_have_text("This photo was decided already")
        keep(tab, "desktop-decided-twice")
        page.go_back()
        expect(page.locator("h1")).to_contain_text("cup-4")
        served.clock.turn(minutes=40)
        page.fill("#note", "still here")
        page.keyboard.press("Escape")
        press(page, "r", "Sign in")
        keep(page, "desktop-session-ended")
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("correct horse battery")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Send your decision again?")
        expect(page.get_by_text("still here")).to_be_visible()
        page.get_by_role("button", name="Send it").click()
        expect(page.locator("h1")).to_have_text("The photo is no longer yours")
        expect(page.get_by_text("still here")).to_be_visible()
        keep(page, "desktop-lease-lost")


def test_the_script_says_when_the_time_has_run_out(browser: Browser, served: Served) -> None:
    with window(browser, served, DESKTOP) as context:
        page = open_page(context, [])
        sign_in(page, "ada")
        page.clock.install()
        served.clock.turn(seconds=1)
        page.goto("/review")
        page.clock.fast_forward(602_000)
        expect(page.get_by_role("alert")).to_contain_text("Your time has run out")
