"""Who is named where PostgreSQL's connections are spoken of: users of rules, and of sessions.

Addresses of machines are found by their form, there and in the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...evidence import Record
from ...frames.postgres_transport import rules_file
from ...postgres_config.hba import read_rules
from ...postgres_config.rules import Name
from .model import Mention, Pages


def rules(pages: Pages, record: Record) -> Iterator[Mention]:
    for page in pages:
        for values in page["answer"]["rows"]:
            row = dict(zip(page["answer"]["columns"], values, strict=True))
            yield from _users(Name(text) for text in row["user_name"] or ())


def sessions(pages: Pages, record: Record) -> Iterator[Mention]:
    for page in pages:
        for values in page["answer"]["rows"]:
            row = dict(zip(page["answer"]["columns"], values, strict=True))
            if row.get("usename"):
                yield Mention("account", row["usename"], "postgres")


def files(pages: Pages, record: Record) -> Iterator[Mention]:
    """Users of the rules, and names in the lists that rules refer to."""
    texts = {page["parameters"]["path"]: page["answer"] for page in pages}
    for rule in read_rules(texts, rules_file(pages)).rules:
        yield from _users(rule.users)


def _users(names: Iterable[Name]) -> Iterator[Mention]:
    """Users and groups; what a regular expression means is not known, and its text is searched like any other."""
    for name in names:
        if not name.keyword("all") and not name.regular_expression and name.text:
            yield Mention("account", name.text[1:] if name.group else name.text, "postgres")
