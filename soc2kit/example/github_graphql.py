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
from . import github_pipeline_graphql
from .github_access_state import SamlIdentity
from .github_branches import linked, listed_from
from .github_change_state import Commit, PullRequest, Repository
from .github_connections import decode, encode, listed, page_of
from .github_contracts import SCHEMA_FILE
from .github_pulls import Changes, updated_at
from .github_records import identifier
from .state import GithubState

_DOCUMENTS_KEPT = 16


@cache
def schema() -> graphql.GraphQLSchema:
    return graphql.build_schema(SCHEMA_FILE.read_text(encoding="utf-8"), assume_valid_sdl=True)


class GraphQL:
    """Executes queries on one state; what a repository needs is sorted once."""

    def __init__(self, state: GithubState, at: datetime, url: str) -> None:
        self.state, self.at, self.url = state, at, url
        self.changes = Changes(state, url, self._find)
        self.indexes = {r.name.lower(): _Index(r) for r in state.repositories}
        self._documents: dict[str, graphql.DocumentNode] = {}

    def answer(self, query: str, variables: Mapping[str, Any] | None) -> dict[str, Any]:
        """The body of the answer: `data`, and `errors` in GitHub's form where there are any."""
        try:
            document = self._document(query)
        except graphql.GraphQLError as error:
            return {"errors": [_error(error)]}
        root = {
            "rateLimit": self._rate_limit,
            "repository": self._repository,
            "organization": self._organization,
            "node": lambda _, id: self._node(id),
            "nodes": lambda _, ids: [self._node(one) for one in ids],
        }
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

        def pull_request(_: Any, number: int) -> dict[str, Any]:
            if number not in index.numbers:
                raise graphql.GraphQLError(
                    f"Could not resolve to a PullRequest with the number of {number}.", extensions={"type": "NOT_FOUND"}
                )
            return self.changes.pull_request(index.numbers[number], full_name)

        def branch(_: Any) -> dict[str, Any] | None:
            return self._branch(index, full_name)

        def git_object(_: Any, oid: str | None = None, expression: str | None = None) -> dict[str, Any] | None:
            if oid is None:
                return github_pipeline_graphql.files(index.repository, str(expression))
            return self._object(index, full_name, oid)

        return {
            "nameWithOwner": full_name,
            "pullRequest": pull_request,
            "pullRequests": pull_requests,
            "defaultBranchRef": branch,
            "object": git_object,
            **github_pipeline_graphql.fields(index.repository, index.by_sha, full_name, self.changes.actor),
        }

    def _node(self, id: str) -> dict[str, Any]:
        """A deployment or a commit by its id, which is all that is asked for in this way."""
        for index in self.indexes.values():
            name = f"{self.state.organization}/{index.repository.name}"
            deployment = github_pipeline_graphql.found(index.repository, index.by_sha, name, id, self.changes.actor)
            if deployment is not None:
                return deployment
        try:
            kind, full_name, sha = decode(id)
            found = self._find(full_name, sha) if kind == "Commit" else None
        except ValueError:
            found = None
        if found is None:
            message = f"Could not resolve to a node with the global id of '{id}'"
            raise graphql.GraphQLError(message, extensions={"type": "NOT_FOUND"})
        return self.changes.commit(found, full_name)

    def _find(self, full_name: str, sha: str) -> Commit | None:
        index = self.indexes.get(full_name.rpartition("/")[2].lower())
        return index.by_sha.get(sha) if index else None

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
            "nodes": [self.changes.pull_request(pull, full_name) for pull in chosen],
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

        return {**self.changes.commit(commit, full_name), "__typename": "Commit", "history": history}

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
            associated = listed(pulls, lambda pull: self.changes.pull_request(pull, full_name))
            return {**self.changes.commit(commit, full_name), "associatedPullRequests": associated}

        return page_of(chosen, node, first, after, prefix=head)


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
    def by_sha(self) -> Mapping[str, Commit]:
        """Every commit that the repository knows: of its branch, and of its pull requests."""
        own = {commit.sha: commit for pull in self.repository.pull_requests for commit in pull.commits}
        return {**own, **self.commits}

    @cached_property
    def numbers(self) -> Mapping[int, PullRequest]:
        return {pull.number: pull for pull in self.repository.pull_requests}

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
            brought = {pull.merge_commit} if pull.merge_commit else set()
            if pull.method == "merge":
                brought |= {commit.sha for commit in pull.commits}
            elif pull.method == "rebase" and pull.merge_commit in places:
                last = places[pull.merge_commit] + 1
                brought |= {c.sha for c in self.repository.commits[max(0, last - len(pull.commits)) : last]}
            for sha in brought:
                found[sha].append(pull)
        return found


def _external_identity(identity: SamlIdentity) -> dict[str, Any]:
    emails = [{"primary": True, "value": identity.email}]
    return {
        "guid": f"{identifier(identity.email):08x}",
        "user": {"login": identity.login} if identity.login else None,
        "samlIdentity": {"nameId": identity.email, "username": None, "emails": emails},
        "scimIdentity": None,
    }


def _error(error: graphql.GraphQLError) -> dict[str, Any]:
    kind = (error.extensions or {}).get("type")
    return {**({"type": kind} if kind else {}), "path": error.path, "message": error.message}
