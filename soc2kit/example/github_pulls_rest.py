"""REST answers of the local GitHub on pull requests, their reviews, commits, checks and statuses.

Nothing of the product asks for them: they are the obvious way that `benchmarks/change.py` compares itself with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, SupportsIndex

from ..period import stamp
from .github_access_rest import AccessAnswers
from .github_change_state import CheckRun, Commit, PullRequest, Repository
from .github_pulls import updated_at
from .github_records import Problem, Wrapped, identifier, node

PULL_ROUTES = {
    "/repos/<org>/<name>/pulls": "pulls",
    "/repos/<org>/<name>/pulls/<int:number>": "pull",
    "/repos/<org>/<name>/pulls/<int:number>/reviews": "pull_reviews",
    "/repos/<org>/<name>/pulls/<int:number>/commits": "pull_commits",
    "/repos/<org>/<name>/commits/<sha>": "commit",
    "/repos/<org>/<name>/commits/<sha>/check-runs": "check_runs",
    "/repos/<org>/<name>/commits/<sha>/status": "combined_status",
}
#: Left out of an issue's or a pull request's links: the name of its own address.
_LINKS = {"issue": "issues/{number}", "comments": "issues/{number}/comments",
          "review_comments": "pulls/{number}/comments", "commits": "pulls/{number}/commits"}  # fmt: skip
_NOTHING = dict.fromkeys(("assignee", "auto_merge", "body", "milestone"))
_Query = Mapping[str, str]


class Later(list[Any]):
    """A list whose records are made when its page is cut."""

    def __init__(self, items: Sequence[Any], record: Callable[[Any], Any]) -> None:
        super().__init__(items)
        self._record = record

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        found = super().__getitem__(place)
        return [self._record(item) for item in found] if isinstance(place, slice) else self._record(found)


class PullAnswers(AccessAnswers):
    def _repository(self, repository: Repository, query: _Query) -> dict[str, Any]:
        raise NotImplementedError

    def _pulls(self, repository: Repository, query: _Query) -> list[Any]:
        """Only merged pull requests exist here, so no other state has any."""
        if query.get("state", "open") == "open":
            return []
        whole = self._repository(repository, {})
        return Later(self._latest_first[repository.name], lambda pull: self._row(repository, whole, pull))

    @cached_property
    def _latest_first(self) -> dict[str, list[PullRequest]]:
        return {r.name: sorted(r.pull_requests, key=updated_at, reverse=True) for r in self.state.repositories}

    @cached_property
    def _numbered(self) -> dict[tuple[str, int], PullRequest]:
        return {(r.name, pull.number): pull for r in self.state.repositories for pull in r.pull_requests}

    @cached_property
    def _commits(self) -> dict[tuple[str, str], Commit]:
        known = {(r.name, commit.sha): commit for r in self.state.repositories for commit in r.commits}
        inside = {(r.name, c.sha): c for r in self.state.repositories for p in r.pull_requests for c in p.commits}
        return {**known, **inside}

    def _numbered_as(self, repository: Repository, number: int) -> PullRequest:
        if (repository.name, number) not in self._numbered:
            raise Problem(404, "Not Found")
        return self._numbered[repository.name, number]

    def _known(self, repository: Repository, sha: str) -> Commit:
        if (repository.name, sha) not in self._commits:
            raise Problem(422, f"No commit found for SHA: {sha}")
        return self._commits[repository.name, sha]

    def _person(self, login: str | None) -> dict[str, Any] | None:
        return None if login is None else self.user(login)

    def _row(self, repository: Repository, whole: Mapping[str, Any], pull: PullRequest) -> dict[str, Any]:
        root, name = self.root(repository), f"{self.full_name(repository)}#{pull.number}"
        page = f"{self.url}/{self.full_name(repository)}/pull/{pull.number}"
        links = {key: f"{root}/{path.format(number=pull.number)}" for key, path in _LINKS.items()}
        head = pull.commits[-1].sha if pull.commits else pull.merge_commit
        more = {"self": f"{root}/pulls/{pull.number}", "html": page, "statuses": f"{root}/statuses/{head}",
                "review_comment": f"{root}/pulls/comments{{/number}}"}  # fmt: skip
        owner = {**self.user(self.state.organization), "type": "Organization"}
        place = {"repo": {**whole, "has_downloads": False}, "user": owner}
        base = pull.commits[0].parents[0] if pull.commits else pull.merge_commit
        return {
            **_NOTHING,
            **{f"{key}_url": address for key, address in {**links, **more}.items() if key not in ("self", "html")},
            "url": more["self"],
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "id": identifier(name),
            "node_id": node("PR", name),
            "number": pull.number,
            "state": "closed",
            "locked": False,
            "draft": False,
            "title": pull.title,
            "user": self._person(pull.author),
            "author_association": "MEMBER",
            "labels": [self._label(root, label) for label in pull.labels],
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "created_at": stamp(pull.created_at),
            "updated_at": stamp(updated_at(pull)),
            "closed_at": stamp(pull.merged_at),
            "merged_at": stamp(pull.merged_at),
            "merge_commit_sha": pull.merge_commit or None,
            "head": {**place, "label": f"{self.state.organization}:{pull.head_ref}", "ref": pull.head_ref, "sha": head},
            "base": {**place, "label": f"{self.state.organization}:{pull.base}", "ref": pull.base, "sha": base},
            "_links": {key: {"href": address} for key, address in {**links, **more}.items()},
        }

    def _label(self, root: str, label: str) -> dict[str, Any]:
        return {"id": identifier(label), "node_id": node("LA", label), "url": f"{root}/labels/{label}", "name": label,
                "description": "", "color": "ededed", "default": False}  # fmt: skip

    def _pull(self, repository: Repository, number: int, query: _Query) -> dict[str, Any]:
        pull = self._numbered_as(repository, number)
        counts = dict.fromkeys(("additions", "deletions", "changed_files", "comments", "review_comments"), 0)
        return {
            **self._row(repository, self._repository(repository, {}), pull),
            **counts,
            "commits": len(pull.commits),
            "merged": True,
            "merged_by": self._person(pull.merged_by),
            "mergeable": None,
            "mergeable_state": "unknown",
            "maintainer_can_modify": False,
        }

    def _pull_reviews(self, repository: Repository, number: int, query: _Query) -> list[Any]:
        pull = self._numbered_as(repository, number)
        address = f"{self.root(repository)}/pulls/{number}"
        page = f"{self.url}/{self.full_name(repository)}/pull/{number}"
        return [
            {
                "id": identifier(f"{page} {place}"),
                "node_id": node("PRR", f"{page} {place}"),
                "user": self._person(review.author),
                "body": "",
                "state": review.state,
                "commit_id": review.commit or None,
                "submitted_at": stamp(review.submitted_at),
                "html_url": f"{page}#pullrequestreview-{place}",
                "pull_request_url": address,
                "_links": {"html": {"href": page}, "pull_request": {"href": address}},
                "author_association": "MEMBER",
            }
            for place, review in enumerate(pull.reviews)
        ]

    def _pull_commits(self, repository: Repository, number: int, query: _Query) -> list[Any]:
        return [self._commit_record(repository, commit) for commit in self._numbered_as(repository, number).commits]

    def _commit(self, repository: Repository, sha: str, query: _Query) -> dict[str, Any]:
        return {**self._commit_record(repository, self._known(repository, sha)), "files": []}

    def _commit_record(self, repository: Repository, commit: Commit) -> dict[str, Any]:
        root, page = self.root(repository), f"{self.url}/{self.full_name(repository)}/commit"
        address = f"{root}/commits/{commit.sha}"
        author = commit.authors[0] if commit.authors else None
        people = {"author": author, "committer": commit.committer}
        moment = stamp(commit.committed_at)
        names = {
            key: {"name": login or "unknown", "email": f"{login or 'unknown'}@users.noreply.github.com", "date": moment}
            for key, login in people.items()
        }
        return {
            "url": address,
            "sha": commit.sha,
            "node_id": node("C", commit.sha),
            "html_url": f"{page}/{commit.sha}",
            "comments_url": f"{address}/comments",
            "commit": {
                "url": f"{root}/git/commits/{commit.sha}",
                **names,
                "message": commit.headline,
                "comment_count": 0,
                "tree": {"sha": commit.sha, "url": f"{root}/git/trees/{commit.sha}"},
            },
            **{key: self._person(login) for key, login in people.items()},
            "parents": [{"sha": sha, "url": f"{root}/commits/{sha}", "html_url": f"{page}/{sha}"}
                        for sha in commit.parents],
        }  # fmt: skip

    def _check_runs(self, repository: Repository, sha: str, query: _Query) -> Wrapped:
        checks = self._known(repository, sha).checks
        return Wrapped("check_runs", [self._check_run(repository, sha, check) for check in checks])

    def _check_run(self, repository: Repository, sha: str, check: CheckRun) -> dict[str, Any]:
        number = identifier(f"{sha} {check.name}")
        address = f"{self.root(repository)}/check-runs/{number}"
        ended = stamp(check.completed_at) if check.completed_at else None
        return {
            **dict.fromkeys(("html_url", "details_url", "external_id", "app")),
            "check_suite": {"id": identifier(sha)},
            "id": number,
            "node_id": node("CR", str(number)),
            "head_sha": sha,
            "name": check.name,
            "url": address,
            "status": "completed" if check.conclusion else "in_progress",
            "conclusion": check.conclusion.lower() if check.conclusion else None,
            "started_at": ended,
            "completed_at": ended,
            "output": {**dict.fromkeys(("title", "summary", "text")), "annotations_count": 0,
                       "annotations_url": f"{address}/annotations"},
            "pull_requests": [],
        }  # fmt: skip

    def _combined_status(self, repository: Repository, sha: str, query: _Query) -> dict[str, Any]:
        """No statuses of the older kind exist here, of which GitHub says that they are pending."""
        address = f"{self.root(repository)}/commits/{self._known(repository, sha).sha}"
        return {"state": "pending", "sha": sha, "total_count": 0, "statuses": [], "commit_url": address,
                "url": f"{address}/status", "repository": self.repository_record(repository)}  # fmt: skip
