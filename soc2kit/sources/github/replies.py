"""What GitHub answers with, and answers that an interrupted reading had already."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ..base import Answered, Answers


@dataclass(frozen=True)
class Reply:
    """An answer as received, and what matters of its headers.

    `last_page` is the number of the list's last page; `answered_at` is the time by GitHub's own clock.
    """

    answer: Any
    request_id: str | None
    next_url: str | None = None
    last_page: int | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class RepositoryName:
    """What is needed of a repository to ask for the rest."""

    full_name: str
    default_branch: str
    archived: bool
    pushed_at: str | None

    @property
    def variables(self) -> dict[str, str]:
        owner, _, name = self.full_name.partition("/")
        return {"owner": owner, "name": name}


def once(
    answers: Answers,
    get: Callable[..., Reply],
    url: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    needs: str,
) -> Reply:
    """The answer to a GET, from what the same reading was answered before it was interrupted, where that is there."""
    call, question = f"GET {urlsplit(url).path}", json.dumps([url, parameters], sort_keys=True)
    known = answers.recall(call, question)
    if known is not None:
        return Reply(known.answer["page"], known.request_id, known.answer["next"])
    reply = get(url, parameters, needs=needs)
    kept = {"page": reply.answer, "next": reply.next_url}
    answers.keep(call, question, Answered(parameters or {}, kept, reply.request_id))
    return reply
