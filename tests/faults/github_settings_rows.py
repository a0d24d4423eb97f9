"""Faults of GitHub's answers on rule suites and on the history of rulesets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from faults.github_rows import NO_RIGHT, PAGE_2, RETRIED, RULES, SUITES, row
from faults.proxy import FIRST, Answer, emptied, in_json, instead, without_header
from faults.rows import Collected, Row, Undetectable, cut_short, malformed, refused, unreachable

_LIST = r"GET /repos/acme/shop/rulesets/rule-suites\?(?=\S*month)(?=\S*bypass)"
_CLOCK = r"GET /repos/acme/shop/rulesets/rule-suites\?(?=\S*hour)"
_HISTORY = r"GET /repos/acme/shop/rulesets/\d+/history"


def dated(date: str) -> Any:
    """GitHub's clock at another time."""

    def edit(answer: Answer) -> Answer:
        return replace(answer, headers={**without_header("date")(answer).headers, "Date": date})

    return edit


def history_is_told_to_be_refused(evidence: Collected) -> Iterator[str]:
    """The rules themselves are whole; that what they were before is not known stands in the record and in the file."""
    told = str(evidence.records[RULES].fields["reason"])
    kept = [one["refused"] for page in evidence.pages(RULES) for one in page["answer"]["history"] if one["refused"]]
    if "is not readable" in told and kept:
        yield kept[0]


def without_state(answer: Any) -> Any:
    return {key: value for key, value in answer.items() if key != "state"}


SETTINGS: tuple[Row, ...] = (
    row("a 502 on rule suites, once", SUITES, _LIST, instead(502, "Bad Gateway"), RETRIED, FIRST),
    row("a 502 on rule suites, always", SUITES, _LIST, instead(502, "Bad Gateway"), unreachable("502")),
    row("a plan without rulesets", SUITES, _LIST, instead(403, NO_RIGHT), refused("rule_suites = false"), asked=1),
    row("rule suites that nobody may see", SUITES, _LIST, instead(404, {"message": "Not Found", "status": "404"}),
        refused("rule_suites = false"), asked=1),
    row("no Link on a middle page of rule suites", SUITES, _LIST + PAGE_2, without_header("link"),
        cut_short("the last is 3")),
    row("no Link on any page of rule suites", SUITES, _LIST, without_header("link"), cut_short("page 1 names no next")),
    row("an empty page of rule suites", SUITES, _LIST + PAGE_2, emptied, malformed("cannot be read")),
    row("a rule suite without its time", SUITES, _LIST,
        in_json(lambda answer: [{"id": 1, "ref": "refs/heads/main", "result": "bypass"}, *answer[1:]]),
        malformed("'pushed_at'")),
    row("no Date on rule suites", SUITES, _CLOCK, without_header("date"), cut_short("has no Date")),
    row("rule suites that are forgotten", SUITES, _CLOCK, dated("Sun, 10 May 2026 00:00:00 GMT"),
        cut_short("can no longer be asked for")),
    row("a history that nobody may see", RULES, _HISTORY, instead(404, {"message": "Not Found", "status": "404"}),
        Undetectable(history_is_told_to_be_refused)),
    row("a history without a right to it", RULES, _HISTORY, instead(403, NO_RIGHT),
        Undetectable(history_is_told_to_be_refused)),
    row("a version without its state", RULES, _HISTORY + r"/\d+", in_json(without_state), malformed("'state'")),
    row("a 500 on the history", RULES, _HISTORY, instead(500, {"message": "Server Error"}), unreachable("500")),
)  # fmt: skip
