"""What a bucket's policy lets an upload ask for in place of the key that the bucket encrypts with by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .conditions import Condition
from .patterns import covers, meet, normal
from .statements import Statement, statements_of

_ALGORITHM = "s3:x-amz-server-side-encryption"
_KEY = f"{_ALGORITHM}-aws-kms-key-id"
#: Once, and in two layers (DSSE).
_BY_KMS = ("aws:kms", "aws:kms:dsse")
#: A key that no policy names.
_NOBODYS = "key/00000000-0000-0000-0000-000000000000"


def not_refused(document: Mapping[str, Any], bucket: str, place: str) -> list[str]:
    """Of three uploads that pass the bucket's key by, in words, those that no statement denies everybody.

    One asks for S3's own encryption, one for another key, one for KMS without a key, for which S3 takes AWS's own. Each
    is held against each Deny as S3 does: a negated condition holds, too, of a header that is not there, and `Null` asks
    whether it is. A condition on anything else may not hold, so its statement makes sure of nothing. An upload without
    any header gets the bucket's key and need not be denied. `place` is where keys are: `arn:aws:kms:region:account`.
    """
    uploads = {
        "S3's own encryption": [{_ALGORITHM: "AES256"}],
        "another key": [{_ALGORITHM: one, _KEY: f"{place}:{_NOBODYS}"} for one in _BY_KMS],
        "KMS without a key": [{_ALGORITHM: one} for one in _BY_KMS],
    }
    denials = [one for one in statements_of(document) if _denies_uploads(one, f"{bucket}/*")]
    return [
        words
        for words, ways in uploads.items()
        if not all(
            any(all(_holds(condition, headers) for condition in one.conditions) for one in denials) for headers in ways
        )
    ]


def _denies_uploads(statement: Statement, objects: str) -> bool:
    everybody = ("AWS", "*") in statement.principals and not statement.not_principals
    # Of "all but these" no object of the bucket may be left out.
    how = meet if statement.not_resources else covers
    spoken_of = any(how(resource, objects) for resource in statement.resources) != statement.not_resources
    return statement.denies and everybody and spoken_of and statement.names("s3:putobject")


def _holds(condition: Condition, headers: Mapping[str, str]) -> bool:
    key, operator = condition.key.lower(), condition.plain_operator
    if key not in (_ALGORITHM, _KEY):
        return False
    value = headers.get(key)
    if operator == "null":
        return (value is None) == condition.negated
    if value is None:
        return not condition.of_any and (condition.negated or condition.if_exists or condition.of_all)
    kind = operator.replace("not", "", 1)
    if kind in ("stringlike", "arnlike", "arnequals"):
        hit = any(covers(normal(one), value) for one in condition.values)
    elif kind in ("stringequals", "stringequalsignorecase"):
        fold = str.lower if kind.endswith("ignorecase") else str
        hit = fold(value) in map(fold, condition.values)
    else:
        return False
    return hit != condition.negated
