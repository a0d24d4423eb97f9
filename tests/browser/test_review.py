"""The quarterly review as a person does it: in JupyterLab, by mouse and by keyboard, down to the file on disk."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from soc2kit.reviews import file
from soc2kit.reviews.digest import signature_holds
from soc2kit.reviews.model import Decision, Review

NOTEBOOK = "02_access_review.ipynb"
QUARTER = "2026-Q2"
DENIZ, LUCIA = "deniz.aksoy@tidewater.example", "lucia.santos@tidewater.example"
#: Set to a folder to look at what the form looks like.
PICTURES = os.environ.get("SOC2KIT_PICTURES")


def on_file(lab: Any, system: str) -> Review:
    return file.load(lab.workspace, QUARTER, system).review


def wait_until(true: Callable[[], bool], what: str, seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"never came: {what}"
        time.sleep(0.05)


def decision(lab: Any, system: str, account: str) -> Decision | None:
    return on_file(lab, system).decisions.get(account)


def row(form: Locator, account: str) -> Locator:
    return form.locator(f'tr[data-account="{account}"]')


def picture(page: Page, name: str, dark: bool = False) -> None:
    if PICTURES is None:
        return
    theme = "JupyterLab Dark" if dark else "JupyterLab Light"
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    page.wait_for_timeout(1500)
    page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def test_a_review_from_the_first_filter_to_the_signature(visit: Any, lab: Any) -> None:
    visit.open(NOTEBOOK)
    visit.run_all()
    form = visit.form("GitHub")
    status = form.get_by_role("status")
    expect(form.locator(".s2k-counts")).to_contain_text("0 decided, 15 undecided")
    picture(visit.page, "1-undecided")

    # Without a reviewer nothing is saved.
    form.get_by_label("Decision for tbrandt", exact=True).select_option("keep")
    expect(status).to_contain_text("Choose who you are first")
    assert not lab.review("2026-Q2-github").exists()

    # Filter, decide with the select, give the reason after it: each is on disk at once.
    form.get_by_label("Reviewer").select_option(DENIZ)
    form.get_by_label("Filter").fill("tbrandt")
    expect(form.locator("tbody tr")).to_have_count(1)
    form.get_by_label("Decision for tbrandt", exact=True).select_option("keep")
    wait_until(lambda: decision(lab, "github", "tbrandt") is not None, "the decision on tbrandt")
    expect(row(form, "tbrandt")).to_contain_text("reason missing")
    form.get_by_label("Reason for tbrandt", exact=True).fill('Builds the api; <b>on call</b> & "new"')
    form.get_by_label("Reason for tbrandt", exact=True).press("Enter")
    wait_until(lambda: bool(getattr(decision(lab, "github", "tbrandt"), "reason", "")), "the reason")
    made = decision(lab, "github", "tbrandt")
    assert made is not None
    assert (made.decision, made.reason) == ("keep", 'Builds the api; <b>on call</b> & "new"')
    assert made.decided_by == DENIZ
    expect(form.locator(".s2k-counts")).to_contain_text("1 decided, 14 undecided")

    # A change says to what.
    form.get_by_label("Filter").fill("lhaddad")
    form.get_by_label("Decision for lhaddad", exact=True).select_option("change")
    form.get_by_label("Change to what for lhaddad", exact=True).fill("read on web only")
    form.get_by_label("Reason for lhaddad", exact=True).fill("Works on the web alone")
    form.get_by_label("Reason for lhaddad", exact=True).press("Tab")
    wait_until(lambda: getattr(decision(lab, "github", "lhaddad"), "complete", False), "the change")

    # The reviewer's own account is refused, and what was typed stays.
    form.get_by_label("Filter").fill("denizaksoy")
    expect(row(form, "denizaksoy")).to_contain_text("your own account")
    form.get_by_label("Reason for denizaksoy", exact=True).fill("I need it")
    form.get_by_label("Decision for denizaksoy", exact=True).select_option("keep")
    expect(status).to_contain_text("nobody decides on their own account")
    expect(form.get_by_label("Decision for denizaksoy", exact=True)).to_have_value("")
    expect(form.get_by_label("Reason for denizaksoy", exact=True)).to_have_value("I need it")
    assert decision(lab, "github", "denizaksoy") is None
    picture(visit.page, "2-own-account")

    # Everything else at once, with one reason; signing too early says what is missing.
    form.get_by_label("Filter").fill("")
    form.get_by_label("Decision for all shown").select_option("keep")
    form.locator(".s2k-bulk-reason").fill("Works on the product")
    form.get_by_role("button", name="Decide the 12 undecided shown").click()
    wait_until(lambda: len(on_file(lab, "github").decisions) == 14, "the rest")
    assert decision(lab, "github", "lhaddad").decision == "change", "a bulk decision leaves what is decided alone"
    form.get_by_role("button", name="Sign the review").click()
    expect(status).to_contain_text("not signed: 1 undecided (denizaksoy)")
    assert on_file(lab, "github").signed is None

    # Another reviewer decides on that account and signs.
    form.get_by_label("Reviewer").select_option(LUCIA)
    form.get_by_label("Decision for denizaksoy", exact=True).select_option("keep")
    wait_until(lambda: len(on_file(lab, "github").decisions) == 15, "the last")
    form.get_by_role("button", name="Sign the review").click()
    wait_until(lambda: on_file(lab, "github").signed is not None, "the signature")
    review = on_file(lab, "github")
    assert signature_holds(review)
    assert review.signed is not None
    assert review.signed.by == LUCIA
    expect(form.locator(".s2k-standing")).to_contain_text(f"Signed by {LUCIA}")
    expect(form.get_by_label("Decision for tbrandt", exact=True)).to_be_disabled()
    picture(visit.page, "3-signed")
    picture(visit.page, "3-signed-dark", dark=True)

    # All of it is still there after the page is loaded again.
    visit.open(NOTEBOOK)
    visit.run_all()
    again = visit.form("GitHub")
    expect(again.locator(".s2k-counts")).to_contain_text("15 decided, 0 undecided")
    expect(again.get_by_label("Reason for tbrandt", exact=True)).to_have_value('Builds the api; <b>on call</b> & "new"')
    assert visit.page.locator(".s2k-review b").count() == 0
    assert visit.outside() == []


def test_a_review_by_keyboard_alone(visit: Any, lab: Any) -> None:
    visit.open(NOTEBOOK)
    visit.run_all()
    form = visit.form("PostgreSQL")
    keys = visit.page.keyboard
    form.get_by_label("Reviewer").focus()
    keys.type("Mara")
    tab_to(visit.page, "Filter")
    keys.type("cmartin")
    tab_to(visit.page, "Decision for production/cmartin")
    keys.press("ArrowDown")
    wait_until(lambda: decision(lab, "postgres", "production/cmartin") is not None, "keep by the arrow key")
    tab_to(visit.page, "Reason for production/cmartin")
    keys.type("Runs reports")
    keys.press("Tab")
    wait_until(lambda: decision(lab, "postgres", "production/cmartin").reason == "Runs reports", "the reason")
    tab_to(visit.page, "Filter", back=True)
    keys.press("Control+A")
    keys.press("Delete")
    tab_to(visit.page, "Decision for all shown")
    keys.type("keep")
    tab_to(visit.page, "Reason")
    keys.type("Needed for the work")
    keys.press("Tab")
    keys.press("Space")
    wait_until(lambda: len(on_file(lab, "postgres").decisions) == 12, "the rest")
    picture(visit.page, "4-keyboard-dark", dark=True)
    tab_to(visit.page, "Sign the review", back=True)
    keys.press("Enter")
    wait_until(lambda: on_file(lab, "postgres").signed is not None, "the signature")
    assert signature_holds(on_file(lab, "postgres"))
    assert visit.outside() == []


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab until the control of that name has the focus, as somebody without a mouse does."""
    for _ in range(200):
        focused = page.evaluate(
            """() => { const it = document.activeElement;
            return it.getAttribute('aria-label') ?? it.labels?.[0]?.firstChild?.textContent ?? it.textContent; }"""
        )
        if focused == name:
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{name} cannot be reached with the Tab key")


def test_what_somebody_else_saved_is_not_written_over(visit: Any, lab: Any) -> None:
    visit.open(NOTEBOOK)
    visit.run_all()
    form = visit.form("AWS")
    form.get_by_label("Reviewer").select_option(DENIZ)
    account = "arn:aws:iam::402613907581:user/backup-script"
    form.get_by_label(f"Reason for {account}").fill("Analyst")
    form.get_by_label(f"Decision for {account}").select_option("keep")
    wait_until(lambda: decision(lab, "aws", account) is not None, "the first decision")
    path = lab.review("2026-Q2-aws")
    theirs = path.read_text().replace("reason: Analyst", "reason: Corrected by hand")
    path.write_text(theirs)
    other = "arn:aws:iam::402613907581:user/svc-deploy"
    form.get_by_label(f"Reason for {other}").fill("Engineer")
    form.get_by_label(f"Decision for {other}").select_option("keep")
    expect(form.get_by_role("status")).to_contain_text("changed by somebody else")
    expect(form.get_by_label(f"Reason for {other}")).to_have_value("Engineer")
    assert path.read_text() == theirs
    form.get_by_role("button", name="Reload").click()
    expect(form.get_by_label(f"Reason for {account}")).to_have_value("Corrected by hand")
    form.get_by_label(f"Decision for {other}").select_option("keep")
    wait_until(lambda: decision(lab, "aws", other) is not None, "the second decision")
    assert decision(lab, "aws", account).reason == "Corrected by hand"

    path.write_text("<<<<<<< ours\n" + path.read_text())
    form.get_by_role("button", name="Reload").click()
    expect(form.get_by_role("status")).to_contain_text("2026-Q2-aws.yaml line 1: a merge left its conflict marker")
    assert visit.outside() == []
