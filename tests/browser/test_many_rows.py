"""The form alone, with a stand-in for the kernel: two thousand accounts, and texts that would be markup."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

import soc2kit.forms

SCRIPT = (Path(soc2kit.forms.__file__).parent / "review.js").read_text(encoding="utf-8")
HOSTILE = "<img src=x onerror=\"document.title='ran'\">"
START = """
async ([script, rows, about]) => {
  const form = (await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })))).default;
  window.sent = [];
  const on = (_, heard) => { window.answer = heard; };
  const model = { on, off: () => {}, send: (message) => window.sent.push(message) };
  form.render({ model, el: document.body });
  const began = performance.now();
  window.answer({ ...about, type: "whole", rows, message: "", tone: "good" });
  return performance.now() - began;
}
"""
ABOUT = {
    "period": "2026-Q1", "title": "AWS", "snapshot_at": "2026-03-31T20:00:00Z", "accounts": 2000, "decided": 0,
    "reviewers": [{"email": "ana@x.y", "name": HOSTILE}], "choices": ["keep", "change", "revoke"], "signed": False,
    "signature_holds": False, "standing": "not signed", "vanished": [HOSTILE], "file": "2026-Q1-aws.yaml", "newer": "",
}  # fmt: skip


def account(number: int) -> dict[str, object]:
    flags = [HOSTILE] if number % 10 == 0 else []
    text = dict.fromkeys(("person", "about", "access", "last_used", "mfa", "decided", "before", "was"), HOSTILE)
    return {
        **text, "account": f"a{number:04}", "name": f"{number:04} {HOSTILE}",
        "holders": ["ana@x.y"] if number == 7 else [],
        "privileged": False, "flags": flags, "state": "undecided", "decision": "", "reason": HOSTILE, "change_to": "",
    }  # fmt: skip


def test_two_thousand_accounts(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<!doctype html><title>still</title><body></body>")
    milliseconds = page.evaluate(START, [SCRIPT, [account(number) for number in range(2000)], ABOUT])
    assert milliseconds < 1000
    expect(page.locator("tbody tr")).to_have_count(50)
    expect(page.locator(".s2k-place")).to_contain_text("page 1 of 40")
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("tbody tr").first).to_have_attribute("data-account", "a0050")
    page.get_by_label("Flag").select_option(HOSTILE)
    expect(page.locator("caption")).to_have_text("200 of 2000 accounts")
    page.get_by_label("Filter").fill("a199")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Account").click()
    expect(page.locator("thead th").first).to_have_attribute("aria-sort", "descending")

    # All of them at once, without the reviewer's own, in one message.
    page.get_by_label("Flag").select_option("")
    page.get_by_label("Filter").fill("")
    page.get_by_label("Reviewer").select_option("ana@x.y")
    page.get_by_label("Decision for all shown").select_option("keep")
    page.locator(".s2k-bulk-reason").fill("works")
    page.get_by_role("button", name="Decide the 1999 undecided shown").click()
    opened, bulk = page.evaluate("window.sent")
    assert opened["type"] == "open"
    assert (bulk["type"], bulk["decision"], len(bulk["accounts"])) == ("decide", "keep", 1999)
    assert "a0007" not in bulk["accounts"]

    assert page.locator("img").count() == 0
    assert page.title() == "still"
    page.close()
