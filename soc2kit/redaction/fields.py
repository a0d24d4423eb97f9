"""Which fields of an answer are more than a text to search: by system and dataset, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: What people write freely and no test reads; names of fields in lower case.
FREE_TEXT = frozenset({
    "title", "messageheadline", "messagebody", "message", "body", "bodytext", "headrefname", "bio", "description",
    "homepage", "topics", "labels", "avatar_url", "location", "blog", "twitter_username",
})  # fmt: skip


@dataclass(frozen=True)
class Fields:
    """Names of fields, in lower case.

    `blank`: texts that are left out; what is empty stays empty, as some tests ask no more than that. `shown_as_names`:
    texts that are left out unless what they say is known to name somebody. `numbers`: left out as a whole. `documents`:
    JSON within a text. `kept`: the tool's own words, or headers of an export. `authors`: an object with name and e-mail
    is what Git was told of an author. `directory`: an object with UserName is a person's entry in Identity Center.
    """

    blank: frozenset[str] = FREE_TEXT
    shown_as_names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    authors: bool = False
    directory: bool = False
    kept_labels: frozenset[str] = frozenset()
    #: Texts that are left out unless they are one of AWS's own words, in capitals.
    codes: frozenset[str] = frozenset()
    #: Keys of what has the form of a tag and is none.
    kept_tags: frozenset[str] = frozenset()


_AWS_TEXTS = FREE_TEXT | {
    "useragent", "errormessage", "nickname", "givenname", "familyname", "middlename", "formatted",
    "honorificprefix", "honorificsuffix", "profileurl", "birthdate", "phonenumbers", "addresses", "photos",
    "virtualmfadevicename", "tlsdetails",
}  # fmt: skip
_DOCUMENTS = frozenset({"cloudtrailevent", "policydocument", "assumerolepolicydocument", "inlinepolicy"})
_COMMENTS = FREE_TEXT | {
    "resolution_comment", "push_protection_bypass_request_comment", "push_protection_bypass_request_reviewer_comment",
    "closure_request_comment", "closure_request_reviewer_comment", "comment", "reason", "explanation", "user_agent",
    "device_cookie", "secret",
}  # fmt: skip

_SYSTEMS: Mapping[str, Fields] = {
    "company": Fields(kept=frozenset({"columns", "found", "kinds", "dates", "format", "encoding", "delimiter"})),
    "aws": Fields(blank=_AWS_TEXTS, documents=_DOCUMENTS),
    "github": Fields(authors=True),
    # Names of columns, and the statements by which the tool asks.
    "postgres": Fields(kept=frozenset({"columns", "sql", "total", "definition"})),
}
_DATASETS: Mapping[str, Fields] = {
    "aws.access_events": Fields(blank=_AWS_TEXTS | {"displayname"}, documents=_DOCUMENTS),
    "aws.s3": Fields(blank=_AWS_TEXTS | {"displayname", "emailaddress"}, documents=frozenset({"policy"})),
    "aws.ec2": Fields(blank=_AWS_TEXTS | {"requesterid"}, documents=_DOCUMENTS),
    "aws.kms": Fields(blank=_AWS_TEXTS, documents=frozenset({"policy"})),
    # Topics of a repository are what people make of it; those of SNS are things.
    "aws.messaging": Fields(blank=(_AWS_TEXTS - {"topics"}) | {"displayname"}, documents=frozenset({"policy"})),
    "aws.lambda": Fields(blank=_AWS_TEXTS, documents=frozenset({"policy"})),
    "aws.cloudfront": Fields(blank=_AWS_TEXTS | {"comment"}, documents=_DOCUMENTS),
    "aws.rds": Fields(blank=_AWS_TEXTS | {"masterusername"}, documents=_DOCUMENTS),
    "aws.backup": Fields(blank=_AWS_TEXTS | {"statusmessage"}, documents=_DOCUMENTS),
    "aws.backup_jobs": Fields(blank=_AWS_TEXTS | {"statusmessage", "validationstatusmessage"}, documents=_DOCUMENTS),
    # Who is told may be a telephone, and a page of the web may be somebody's.
    "aws.alarms": Fields(
        blank=_AWS_TEXTS | {"endpoint", "alarmdescription", "statereason", "statereasondata"}, documents=_DOCUMENTS
    ),
    # What a basic scan says of a package has the form of tags.
    "aws.ecr": Fields(
        blank=_AWS_TEXTS - {"title"},
        codes=frozenset({"reason"}),
        kept_tags=frozenset({"package_name", "package_version"}),
    ),
    # A title is Inspector's, a reason is one of its words for what it does not look at, or somebody's of a filter.
    "aws.inspector": Fields(blank=(_AWS_TEXTS - {"title"}) | {"author"}, codes=frozenset({"reason"})),
    "aws.identity_center": Fields(blank=_AWS_TEXTS, documents=_DOCUMENTS, directory=True),
    "github.merged_pull_requests": Fields(
        authors=True,
        kept_labels=frozenset({"break-glass", "emergency", "hotfix", "incident", "urgent"}),
    ),
    "github.deploy_keys": Fields(blank=FREE_TEXT | {"key"}),
    "github.audit_log": Fields(
        blank=_COMMENTS | {"fingerprint", "key"},
        numbers=frozenset({"actor_id", "user_id", "target_id", "invitee_id", "external_identity_id", "actor_location"}),
        shown_as_names=frozenset({"external_identity_nameid", "external_identity_username"}),
    ),
    "github.rule_suites": Fields(authors=True, numbers=frozenset({"actor_id"})),
    "github.saml_identities": Fields(
        blank=FREE_TEXT | {"givenname", "familyname", "guid"},
        shown_as_names=frozenset({"nameid", "username"}),
    ),
    "github.secret_scanning_alerts": Fields(blank=_COMMENTS),
    # GitHub's own words, on which it depends whether alerts are off or nobody may see it.
    "github.vulnerability_alerts_enabled": Fields(blank=FREE_TEXT - {"message"}),
    "github.dependabot_alerts": Fields(blank=FREE_TEXT | {"dismissed_comment", "summary"}),
    # Tests read the place of an alert, and from its text the package.
    "github.code_scanning_alerts": Fields(blank=(FREE_TEXT - {"location", "message"}) | {"dismissed_comment"}),
    # Branches are named by people, and no test reads the branch of a run or of a deployment.
    "github.workflow_runs": Fields(blank=FREE_TEXT | {"display_title", "head_branch", "ref"}, authors=True),
    "github.deployments": Fields(blank=FREE_TEXT | {"ref"}),
}


def fields_of(dataset: str) -> Fields:
    return _DATASETS.get(dataset) or _SYSTEMS.get(dataset.partition(".")[0], Fields())
