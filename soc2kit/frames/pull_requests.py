"""Merged pull requests put together from the pages of one evidence file: each with all of its lists.

A page of pull requests is followed by the rest of their long lists, so a later page belongs to the latest look before
it. Authors and parents of commits stand in pages of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ..period import parse_moment

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
Node = dict[str, Any]
_LISTS = ("labels", "reviews", "commits", "timelineItems", "authors", "parents")


@dataclass
class PullRequests:
    """`nodes`: repository and record by name (owner/repo#1); `commits`: authors and parents by SHA, where asked for."""

    nodes: dict[str, tuple[str, Node]] = field(default_factory=dict)
    commits: dict[str, Node] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, str, Node]]:
        for change, (repository, node) in self.nodes.items():
            yield change, repository, node


def of_repositories(pages: Iterable[dict[str, Any]]) -> Iterator[Pages]:
    """The pages of one repository after another, in the order in which they were read: no look reaches into another.

    A file of a large company is never in memory whole.
    """
    for _, piece in groupby(pages, key=lambda page: page["parameters"].get("repository")):
        yield list(piece)


def pull_requests(pages: Pages, record: Mapping[str, Any]) -> PullRequests:
    """Those merged inside the file's period, each once; a later page is the later look."""
    start, end = (parse_moment(record["effective"][edge]) for edge in ("start", "end"))
    found = PullRequests()
    for page in pages:
        answer = page["answer"]
        if "nodes" in answer:
            found.commits.update({commit["oid"]: commit for commit in answer["nodes"]})
        elif "node" in answer:
            more = answer["node"]
            found.commits[more["oid"]] = _with_lists(found.commits[more["oid"]], more)
        elif "pullRequests" in answer["repository"]:
            repository = answer["repository"]["nameWithOwner"]
            for node in answer["repository"]["pullRequests"]["nodes"]:
                if start <= parse_moment(node["mergedAt"]) < end:
                    found.nodes[f"{repository}#{node['number']}"] = (repository, node)
        else:
            more = answer["repository"]["pullRequest"]
            change = f"{answer['repository']['nameWithOwner']}#{more['number']}"
            repository, node = found.nodes[change]
            found.nodes[change] = (repository, _with_checks(_with_lists(node, more), more))
    return found


def _longer(listed: Node, more: Node) -> Node:
    return {**listed, "nodes": [*listed["nodes"], *more["nodes"]]}


def _with_lists(record: Node, more: Node) -> Node:
    return {**record, **{name: _longer(record[name], more[name]) for name in _LISTS if name in more}}


def _with_checks(node: Node, more: Node) -> Node:
    if "head" in more:
        head = {**node["head"], "nodes": [{"commit": _with_contexts(head_commit(node), head_commit(more))}]}
        node = {**node, "head": head}
    if "mergeCommit" in more:
        node = {**node, "mergeCommit": _with_contexts(node["mergeCommit"], more["mergeCommit"])}
    return node


def _with_contexts(commit: Any, more: Any) -> Node:
    rollup, rest = commit["statusCheckRollup"], more["statusCheckRollup"]
    return {**commit, "statusCheckRollup": {**rollup, "contexts": _longer(rollup["contexts"], rest["contexts"])}}


def head_commit(node: Node) -> Node | None:
    """The last commit of a pull request: what was asked to be merged."""
    nodes = node["head"]["nodes"]
    return nodes[0]["commit"] if nodes else None


def contexts(commit: Node | None) -> list[Node]:
    """Check runs and statuses of a commit; none where it has no rollup."""
    rollup = (commit or {}).get("statusCheckRollup")
    listed: list[Node] = rollup["contexts"]["nodes"] if rollup else []
    return listed
