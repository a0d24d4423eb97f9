"""Pull requests, their commits and their checks, as the local GitHub answers GraphQL with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ..period import stamp
from .github_change_state import CheckRun, Commit, PullRequest, Review, TimelineEvent
from .github_connections import encode, listed
from .state import GithubState

_BAD_CONCLUSIONS = {"FAILURE", "CANCELLED", "TIMED_OUT", "ACTION_REQUIRED", "STARTUP_FAILURE"}
_CHECK_DURATION = timedelta(minutes=3)
#: As many commits as GitHub lists of one pull request; its total goes on.
COMMITS_LISTED = 250
#: GitHub's own committer of everything made with its buttons.
WEB_FLOW = "web-flow"


class Changes:
    """Records of one organisation's pull requests; `find` gives the commit of a repository by its name."""

    def __init__(self, state: GithubState, url: str, find: Callable[[str, str], Commit | None]) -> None:
        self.url, self.find = url, find
        self.kinds = {account.login: account.kind for account in state.accounts}
        self.accounts = {account.login: account for account in state.accounts}

    def pull_request(self, pull: PullRequest, full_name: str) -> dict[str, Any]:
        head = pull.head_repository
        whose = full_name if head == "" else head
        commits = pull.commits

        def commit(one: Commit) -> dict[str, Any]:
            return {"commit": self.commit(one, full_name)}

        return {
            "number": pull.number,
            "title": pull.title,
            "url": f"{self.url}/{full_name}/pull/{pull.number}",
            "author": self.actor(pull.author),
            "createdAt": stamp(pull.created_at),
            "updatedAt": stamp(updated_at(pull)),
            "mergedAt": stamp(pull.merged_at),
            "mergedBy": self.actor(pull.merged_by),
            "merged": True,
            "baseRefName": pull.base,
            "baseRepository": {"nameWithOwner": full_name},
            "headRefName": pull.head_ref,
            "headRefOid": commits[-1].sha if commits else pull.merge_commit or "0" * 40,
            "headRepository": {"nameWithOwner": whose} if whose else None,
            "isCrossRepository": head != "",
            "mergeCommit": lambda _: self._merge_commit(pull, full_name),
            "labels": listed(pull.labels, lambda label: {"name": label}),
            "reviews": listed(pull.reviews, self._review),
            "commits": listed(commits, commit, most=COMMITS_LISTED),
            "timelineItems": lambda _, **asked: self._timeline(pull, **asked),
        }

    def _review(self, review: Review) -> dict[str, Any]:
        return {
            "author": self.actor(review.author),
            "authorCanPushToRepository": review.can_push,
            "state": review.state,
            "submittedAt": stamp(review.submitted_at),
            "commit": {"oid": review.commit} if review.commit else None,
        }

    def _merge_commit(self, pull: PullRequest, full_name: str) -> dict[str, Any] | None:
        if not pull.merge_commit:
            return None
        landed = self.find(full_name, pull.merge_commit)
        # One that is on no branch that this server has: GitHub keeps it, and knows its name at least.
        return self.commit(landed or Commit(pull.merge_commit, (), pull.merged_at, "", ()), full_name)

    def commit(self, commit: Commit, full_name: str) -> dict[str, Any]:
        first = commit.authors[0] if commit.authors else None
        # Who is named in a trailer is an author, too, and the first is the one whom Git itself knows.
        trailers = [self.git_actor(author) for author in commit.authors[1:]]
        lines = [f"Co-authored-by: {who['name']} <{who['email'] or ''}>" for who in trailers]
        return {
            "__typename": "Commit",
            "id": commit_id(full_name, commit.sha),
            "oid": commit.sha,
            "committedDate": stamp(commit.committed_at),
            "messageHeadline": commit.headline,
            "message": "\n\n".join(filter(None, [commit.headline, "\n".join(lines)])),
            "author": self.git_actor(first) if commit.authors else None,
            "authors": listed(commit.authors, self.git_actor),
            "committer": self.git_actor(commit.committer or first),
            "parents": listed(commit.parents, lambda sha: {"oid": sha}),
            "statusCheckRollup": _rollup(commit.checks),
        }

    def actor(self, login: str | None) -> dict[str, str] | None:
        if login is None:
            return None
        name = login.removesuffix("[bot]")
        kind = self.kinds.get(login) or self.kinds.get(name) or self.kinds.get(f"{name}[bot]")
        kind = kind or ("Bot" if name != login else "User")
        return {"login": name if kind == "Bot" else login, "__typename": kind}

    def git_actor(self, login: str | None) -> dict[str, Any]:
        if login == WEB_FLOW:
            return {"user": {"login": login}, "name": "GitHub", "email": "noreply@github.com"}
        if login is not None and "@" in login:
            return {"user": None, "name": login.partition("@")[0], "email": login}
        actor = self.actor(login)
        if login is None or actor is None:
            return {"user": None, "name": "unknown", "email": None}
        shown = f"{actor['login']}[bot]" if actor["__typename"] == "Bot" else login
        account = self.accounts.get(login)
        return {
            "user": {"login": shown},
            "name": (account and account.name) or shown,
            "email": (account and account.email) or f"{shown}@users.noreply.github.com",
        }

    def _timeline(
        self, pull: PullRequest, itemTypes: Sequence[str] | None = None, first: int = 30, after: str | None = None
    ) -> dict[str, Any]:
        """Events of the kinds that are asked for; the total counts the others as well."""
        wanted = None if itemTypes is None else {name.replace("_", "").lower() for name in itemTypes}
        chosen = [event for event in pull.timeline if wanted is None or event.kind.lower() in wanted]
        page = listed(chosen, self._event)(None, first=first, after=after)
        return {**page, "totalCount": len(pull.timeline)}

    def _event(self, event: TimelineEvent) -> dict[str, Any]:
        base = {"__typename": event.kind, "createdAt": stamp(event.at), "actor": self.actor(event.actor)}
        return {**base, **_DETAILS[event.kind](self, event)}


def _force_push(_: Changes, event: TimelineEvent) -> dict[str, Any]:
    before, after = ({"oid": sha} if sha else None for sha in (event.before, event.after))
    return {"beforeCommit": before, "afterCommit": after}


def _label(_: Changes, event: TimelineEvent) -> dict[str, Any]:
    return {"label": {"name": event.after or event.before}}


_DETAILS: Mapping[str, Callable[[Changes, TimelineEvent], dict[str, Any]]] = {
    "AddedToMergeQueueEvent": lambda changes, event: {},
    "AutomaticBaseChangeSucceededEvent": lambda changes, event: {"oldBase": event.before, "newBase": event.after},
    "BaseRefChangedEvent": lambda changes, event: {"previousRefName": event.before, "currentRefName": event.after},
    "BaseRefForcePushedEvent": _force_push,
    "HeadRefForcePushedEvent": _force_push,
    "LabeledEvent": _label,
    "RemovedFromMergeQueueEvent": lambda changes, event: {"reason": event.after, "beforeCommit": None},
    "ReviewDismissedEvent": lambda changes, event: {
        "previousReviewState": event.before or "APPROVED",
        "review": {"author": changes.actor(event.after), "submittedAt": None},
    },
    "UnlabeledEvent": _label,
}


def commit_id(full_name: str, sha: str) -> str:
    return encode(["Commit", full_name, sha])


def updated_at(pull: PullRequest) -> datetime:
    reviewed = (review.submitted_at for review in pull.reviews)
    return max([pull.merged_at, *reviewed, *(event.at for event in pull.timeline)])


def _rollup(checks: Sequence[CheckRun]) -> dict[str, Any] | None:
    if not checks:
        return None
    conclusions = {check.conclusion for check in checks}
    state = "FAILURE" if conclusions & _BAD_CONCLUSIONS else "PENDING" if None in conclusions else "SUCCESS"
    return {"state": state, "contexts": listed(checks, _check)}


def _check(check: CheckRun) -> dict[str, Any]:
    ended = check.completed_at
    if check.app is None:
        # A status has no end, only the time at which it was set.
        at = ended or check.started_at
        return {
            "__typename": "StatusContext",
            "context": check.name,
            "state": check.conclusion or "PENDING",
            "createdAt": stamp(at) if at else None,
        }
    started = check.started_at or (ended - _CHECK_DURATION if ended else None)
    return {
        "__typename": "CheckRun",
        "name": check.name,
        "conclusion": check.conclusion,
        "status": "IN_PROGRESS" if check.conclusion is None else "COMPLETED",
        "startedAt": stamp(started) if started else None,
        "completedAt": stamp(ended) if ended else None,
        "checkSuite": {"app": {"name": check.app, "slug": check.app.lower().replace(" ", "-")}},
    }
