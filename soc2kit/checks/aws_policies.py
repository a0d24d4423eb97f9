"""Tests of policies of resources in AWS: whom they let in, and who may both administer a key and use it."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import words
from .unread import lost, outcome_with, stacked, texts

_COLUMNS = ["arn", "account", "region", "open_statements", "snapshot_at"]


def only_known_callers(
    sns_topics: Frame, sqs_queues: Frame, lambda_functions: Frame, aws_messaging_unread: Frame,
    aws_lambda_unread: Frame, *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """No topic, queue or function lets everybody in.

    Population: topics, queues and functions at each snapshot, and lists that could not be read.
    Exception: a statement of its policy names everybody, and neither a condition of its own nor a Deny says who that is
    (accounts, an organisation, a network, ARNs of an account): the policy that SNS gives each new topic does; a
    function's address that asks nobody who they are is such a statement. Not: what `approved_external_resources`
    names. A policy that could not be read makes its row untestable.
    Source: sns.GetTopicAttributes; sqs.GetQueueAttributes; lambda.GetPolicy, ListFunctionUrlConfigs; each policy
    evaluated statement by statement. Versions and aliases of functions have policies of their own, which are not read.
    """
    parts = ((sns_topics, "topic"), (sqs_queues, "queue"), (lambda_functions, "function"))
    things = stacked(*(part[_COLUMNS].assign(kind=texts(part.index, [kind] * len(part))) for part, kind in parts))
    approved = things["arn"].isin(parameters.approved_external_resources)
    opened, unread = _joined(things["open_statements"])
    reasons = words(things.index, (~approved & (opened != ""), "lets everybody in: " + opened))
    unknown = words(things.index, (~approved & unread, "its policy could not be read"))
    gone = lost([aws_messaging_unread, aws_lambda_unread], "ListTopics ListQueues ListFunctions")
    shown = things.drop(columns="open_statements")
    return outcome_with(shown, gone, key="arn", reasons=reasons, unknown=unknown)


def keys_kept_apart(kms_keys: Frame, aws_kms_unread: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """The company's keys are open to nobody else, and whoever administers one does not use it.

    Population: keys of KMS that the company manages, or of which nobody could read who does; at each snapshot.
    Exception: a statement of the key's policy names everybody, and nothing says who that is (the account that calls, an
    organisation); or the policy lets one principal, by name, both change the policy or delete the key, and encrypt or
    decrypt. The account as a whole (`root`) is no such principal: it leaves the key to policies of IAM, which
    AWS-IAM-07 and AWS-IAM-10 look at. That two names are one person no policy says. A policy that was not read is
    untestable.
    Source: kms.ListKeys, DescribeKey, GetKeyPolicy, evaluated statement by statement. Grants are not looked at.
    """
    keys = kms_keys[(kms_keys["manager"] != "AWS").fillna(True)]
    opened, unread = _joined(keys["open_statements"])
    both, _ = _joined(keys["administer_and_use"])
    reasons = words(
        keys.index,
        (opened != "", "lets everybody in: " + opened),
        (both != "", both + " may administer the key and use it"),
    )
    unknown = words(keys.index, (unread, "its policy could not be read"))
    gone = lost([aws_kms_unread], "ListKeys")
    shown = keys.drop(columns=["aliases", "open_statements", "administer_and_use", "rotation"])
    return outcome_with(shown, gone, key="arn", reasons=reasons, unknown=unknown)


def _joined(lists: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Each list as one text, and whether there is none."""
    text = texts(lists.index, ["; ".join(one) if isinstance(one, list) else "" for one in lists])
    missing = texts(lists.index, ["" if isinstance(one, list) else "yes" for one in lists]) != ""
    return text, missing
