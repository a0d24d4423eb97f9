"""Which person of the identity provider is behind each GitHub account, as SAML single sign-on recorded it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import IncompleteCollection, Refused
from ...period import Period
from ..base import Completeness, Page, Pages
from .client import GithubConnection, Reply
from .failures import readable
from .paging import Cursors, shrinking

QUERY = "saml_identities"
SAML_NEEDS = "the scope read:org, or Organization permission Members: read, and must belong to an owner"
PAGE_SIZE = 100


def saml_identities(connection: GithubConnection, _: Period) -> Pages:
    """Every identity that the organisation's own identity provider is linked with, those without an account too."""
    variables: dict[str, Any] = {"organization": connection.organization, "pageSize": PAGE_SIZE, "after": None}
    read, pages, cursors = 0, 0, Cursors("SAML identities")
    with readable("SAML identities"):
        while True:
            reply, variables = shrinking(connection, QUERY, variables, needs=SAML_NEEDS)
            listed = _identities(connection, reply)
            read, pages = read + len(listed["nodes"]), pages + 1
            yield Page(f"GraphQL {QUERY}", dict(variables), reply.answer, len(listed["nodes"]), reply.request_id)
            if not listed["pageInfo"]["hasNextPage"]:
                break
            variables["after"] = cursors.next(listed["pageInfo"])
        if read != listed["totalCount"]:
            raise IncompleteCollection(
                f"github SAML identities: {read} read, but GitHub counts {listed['totalCount']}. Run the same command"
                " again"
            )
    return Completeness(f"as many identities as GitHub counts were read in {pages} pages", source_total=read)


def _identities(connection: GithubConnection, reply: Reply) -> Mapping[str, Any]:
    organization = reply.answer.get("organization")
    provider = organization.get("samlIdentityProvider") if isinstance(organization, Mapping) else None
    if not isinstance(provider, Mapping):
        raise Refused(
            f"github SAML identities: GitHub shows no identity provider of {connection.organization}. Either the token"
            f" may not see it (it needs {SAML_NEEDS}), or the organisation has none of its own, as when single sign-on"
            " is set for the whole enterprise: then set saml = false in [sources.github]"
        )
    found: Mapping[str, Any] = provider["externalIdentities"]
    return found
