"""GraphQL answers of the local GitHub: the company's state under GitHub's own schema."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

import graphql

from ..period import parse_moment, stamp
from .github_access_state import SamlIdentity
from .github_branches import linked, listed_from
from .github_change_state import CheckRun, Commit, PullRequest, Repository
from .github_connections import decode, encode, listed, page_of
from .github_contracts import SCHEMA_FILE
from .github_records import identifier
from .state import GithubState

_BAD_CONCLUSIONS = {"FAILURE", "CANCELLED", "TIMED_OUT", "ACTION_REQUIRED", "STARTUP_FAILURE"}
_CHECK_DURATION = timedelta(minutes=3)
_DOCUMENTS_KEPT = 16


@cache
def schema() -> graphql.GraphQLSchema:
    return graphql.build_schema(SCHEMA_FILE.read_text(encoding="utf-8"), assume_valid_sdl=True)


class GraphQL:
    """Executes queries on one state; what a repository needs is sorted once."""

    def __init__(self, state: GithubState, at: datetime, url: str) -> None:
        self.state, self.at, self.url = state, at, url
        self.kinds = {account.login: account.kind for account in state.accounts}
        self.accounts = {account.login: account for account in state.accounts}
        self.indexes = {r.name.lower(): _Index(r) for r in state.repositories}
        self._documents: dict[str, graphql.DocumentNode] = {}

    def answer(self, query: str, variables: Mapping[str, Any] | None) -> dict[str, Any]:
        """The body of the answer: `data`, and `errors` in GitHub's form where there are any."""
        try:
            document = self._document(query)
        except graphql.GraphQLError as error:
            return {"errors": [_error(error)]}
        root = {"rateLimit": self._rate_limit, "repository": self._repository, "organization": self._organization}
        result = graphql.execute_sync(schema(), document, root, variable_values=dict(variables or {}))
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [_error(error) for error in result.errors]
        return body

    def _document(self, query: str) -> graphql.DocumentNode:
        if query not in self._documents:
            document = graphql.parse(query, no_location=True)
            if problems := graphql.validate(schema(), document):
                raise problems[0]
            if len(self._documents) >= _DOCUMENTS_KEPT:
                self._documents.clear()
            self._documents[query] = document
        return self._documents[query]

    def _rate_limit(self, _: Any) -> dict[str, Any]:
        return {"cost": 1, "remaining": 4999, "resetAt": stamp(self.at + timedelta(hours=1))}

    def _repository(self, _: Any, owner: str, name: str) -> dict[str, Any]:
        index = self.indexes.get(name.lower())
        if index is None or owner.lower() != self.state.organization.lower():
            raise graphql.GraphQLError(
                f"Could not resolve to a Repository with the name '{owner}/{name}'.", extensions={"type": "NOT_FOUND"}
            )
        full_name = f"{self.state.organization}/{index.repository.name}"

        def pull_requests(_: Any, **arguments: Any) -> dict[str, Any]:
            return self._pull_requests(index, full_name, **arguments)

        def branch(_: Any) -> dict[str, Any] | None:
            return self._branch(index, full_name)

        def git_object(_: Any, oid: str) -> dict[str, Any] | None:
            return self._object(index, full_name, oid)

        return {"nameWithOwner": full_name, "pullRequests": pull_requests, "defaultBranchRef": branch,
                "object": git_object}  # fmt: skip

    def _organization(self, _: Any, login: str) -> dict[str, Any]:
        if login.lower() != self.state.organization.lower():
            raise graphql.GraphQLError(
                f"Could not resolve to an Organization with the login of '{login}'.", extensions={"type": "NOT_FOUND"}
            )
        known = self.state.access.saml
        provider = None if known is None else {"externalIdentities": listed(known, _external_identity)}
        return {"login": self.state.organization, "samlIdentityProvider": provider}

    def _pull_requests(
        self,
        index: _Index,
        full_name: str,
        first: int = 30,
        after: str | None = None,
        states: Sequence[str] | None = None,
        orderBy: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Only merged pull requests exist here, by time of update, the latest first."""
        if orderBy != {"field": "UPDATED_AT", "direction": "DESC"}:
            raise graphql.GraphQLError(f"the local GitHub orders pull requests by UPDATED_AT DESC only, not {orderBy}")
        merged = index.pull_requests if states is None or "MERGED" in states else []
        # The cursor is a place in the order, not a count: one that was touched since is then above it.
        position = bisect_right(index.order, tuple(decode(after))) if after else 0
        chosen = merged[position : position + first]
        cursor = encode(list(index.order[position + len(chosen) - 1])) if chosen else None
        return {
            "totalCount": len(merged),
            "pageInfo": {"hasNextPage": position + first < len(merged), "endCursor": cursor},
            "nodes": [self._pull_request(pull, full_name) for pull in chosen],
        }

    def _pull_request(self, pull: PullRequest, full_name: str) -> dict[str, Any]:
        def reviews(review: Any) -> dict[str, Any]:
            commit = {"oid": review.commit} if review.commit else None
            submitted = stamp(review.submitted_at)
            return {"author": self._actor(review.author), "state": review.state, "submittedAt": submitted,
                    "commit": commit}  # fmt: skip

        return {
            "number": pull.number,
            "title": pull.title,
            "url": f"{self.url}/{full_name}/pull/{pull.number}",
            "author": self._actor(pull.author),
            "createdAt": stamp(pull.created_at),
            "updatedAt": stamp(updated_at(pull)),
            "mergedAt": stamp(pull.merged_at),
            "mergedBy": self._actor(pull.merged_by),
            "merged": True,
            "baseRefName": pull.base,
            "baseRepository": {"nameWithOwner": full_name},
            "headRefName": pull.head_ref,
            "headRefOid": pull.commits[-1].sha if pull.commits else pull.merge_commit,
            "isCrossRepository": False,
            "mergeCommit": {"oid": pull.merge_commit} if pull.merge_commit else None,
            "labels": listed(pull.labels, lambda label: {"name": label}),
            "reviews": listed(pull.reviews, reviews),
            "commits": listed(pull.commits, lambda commit: {"commit": self._commit(commit)}),
        }

    def _commit(self, commit: Commit) -> dict[str, Any]:
        return {
            "oid": commit.sha,
            "committedDate": stamp(commit.committed_at),
            "messageHeadline": commit.headline,
            "author": self._git_actor(commit.authors[0]) if commit.authors else None,
            "authors": listed(commit.authors, self._git_actor),
            "committer": self._git_actor(commit.committer),
            "parents": listed(commit.parents, lambda sha: {"oid": sha}),
            "statusCheckRollup": _rollup(commit.checks),
        }

    def _branch(self, index: _Index, full_name: str) -> dict[str, Any] | None:
        if not index.repository.commits:
            return None
        target = {"__typename": "Commit", "oid": index.repository.commits[-1].sha}
        return {"name": index.repository.default_branch, "target": target}

    def _object(self, index: _Index, full_name: str, oid: str) -> dict[str, Any] | None:
        commit = index.commits.get(oid)
        if commit is None:
            return None

        def history(_: Any, **arguments: Any) -> dict[str, Any]:
            return self._history(index, full_name, oid, **arguments)

        return {**self._commit(commit), "__typename": "Commit", "history": history}

    def _history(
        self, index: _Index, full_name: str, head: str, first: int = 30, after: str | None = None,
        since: str | None = None, until: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """As git has it: both ends included, by committer date."""
        earliest = parse_moment(since) if since else datetime.min.replace(tzinfo=UTC)
        latest = parse_moment(until) if until else datetime.max.replace(tzinfo=UTC)
        chosen = index.history(head)
        if since or until:
            chosen = [commit for commit in chosen if earliest <= commit.committed_at <= latest]

        def node(commit: Commit) -> dict[str, Any]:
            pulls = index.associated.get(commit.sha, [])
            associated = listed(pulls, lambda pull: self._pull_request(pull, full_name))
            return {**self._commit(commit), "associatedPullRequests": associated}

        return page_of(chosen, node, first, after, prefix=head)

    def _actor(self, login: str | None) -> dict[str, str] | None:
        if login is None:
            return None
        name = login.removesuffix("[bot]")
        kind = self.kinds.get(login) or self.kinds.get(name) or self.kinds.get(f"{name}[bot]") or "User"
        return {"login": name if kind == "Bot" else login, "__typename": kind}

    def _git_actor(self, login: str | None) -> dict[str, Any]:
        actor = self._actor(login)
        if login is None or actor is None:
            return {"user": None, "name": "unknown", "email": None}
        shown = f"{actor['login']}[bot]" if actor["__typename"] == "Bot" else login
        account = self.accounts.get(login)
        return {
            "user": {"login": shown},
            "name": (account and account.name) or shown,
            "email": (account and account.email) or f"{shown}@users.noreply.github.com",
        }


class _Index:
    """A repository's lists in the order in which they are asked for."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._histories: dict[str, list[Commit]] = {}

    @cached_property
    def _sorted(self) -> list[tuple[tuple[int, int], PullRequest]]:
        keyed = [((-int(updated_at(p).timestamp()), -p.number), p) for p in self.repository.pull_requests]
        return sorted(keyed, key=lambda pair: pair[0])

    @cached_property
    def order(self) -> list[tuple[int, int]]:
        return [key for key, _ in self._sorted]

    @cached_property
    def pull_requests(self) -> list[PullRequest]:
        return [pull for _, pull in self._sorted]

    @cached_property
    def commits(self) -> Mapping[str, Commit]:
        return linked(self.repository)

    def history(self, tip: str) -> list[Commit]:
        if tip not in self._histories:
            self._histories[tip] = listed_from(tip, self.commits)
        return self._histories[tip]

    @cached_property
    def associated(self) -> Mapping[str, list[PullRequest]]:
        """Pull requests that brought each commit to the branch; a rebase brought as many as it has."""
        places = {commit.sha: place for place, commit in enumerate(self.repository.commits)}
        found: dict[str, list[PullRequest]] = defaultdict(list)
        for pull in self.repository.pull_requests:
            brought = {pull.merge_commit}
            if pull.method == "merge":
                brought |= {commit.sha for commit in pull.commits}
            elif pull.method == "rebase" and pull.merge_commit in places:
                last = places[pull.merge_commit] + 1
                brought |= {c.sha for c in self.repository.commits[max(0, last - len(pull.commits)) : last]}
            for sha in brought:
                found[sha].append(pull)
        return found


def updated_at(pull: PullRequest) -> datetime:
    return max([pull.merged_at, *(review.submitted_at for review in pull.reviews)])


def _external_identity(identity: SamlIdentity) -> dict[str, Any]:
    emails = [{"primary": True, "value": identity.email}]
    return {
        "guid": f"{identifier(identity.email):08x}",
        "user": {"login": identity.login} if identity.login else None,
        "samlIdentity": {"nameId": identity.email, "username": None, "emails": emails},
        "scimIdentity": None,
    }


def _rollup(checks: Sequence[CheckRun]) -> dict[str, Any] | None:
    if not checks:
        return None
    conclusions = {check.conclusion for check in checks}
    state = "FAILURE" if conclusions & _BAD_CONCLUSIONS else "PENDING" if None in conclusions else "SUCCESS"
    return {"state": state, "contexts": listed(checks, _check)}


def _check(check: CheckRun) -> dict[str, Any]:
    ended = check.completed_at
    return {
        "__typename": "CheckRun",
        "name": check.name,
        "conclusion": check.conclusion,
        "status": "IN_PROGRESS" if check.conclusion is None else "COMPLETED",
        "startedAt": stamp(ended - _CHECK_DURATION) if ended else None,
        "completedAt": stamp(ended) if ended else None,
    }


def _error(error: graphql.GraphQLError) -> dict[str, Any]:
    kind = (error.extensions or {}).get("type")
    return {**({"type": kind} if kind else {}), "path": error.path, "message": error.message}
