"""What IAM policies allow, judged from IAM's own answers: pure code, no client, no clock.

`patterns` compares names with wildcards, `statements` and `conditions` read a document, `rights` says what a set of
policies allows under a boundary, `escalation` names the ways from rights to administration, `account` and `trusts` read
the answer of iam.GetAccountAuthorizationDetails.

cloudsplaining, policy_sentry and parliament were read first. They know every action of every service, which is what
turns `s3:Get*` into a list, and they bring 10 to 13 MB of definitions that change each month: a verdict would then rest
on the version of a list and not on the evidence alone. None looks at permissions boundaries, at what a principal holds
through all its paths together, or at what a conditional Deny leaves. The questions asked here (everything, all of a
service, some thirty single actions) need no list, so none of them is a dependency.
"""

from .rights import Held, Holder, Path, Right, rights_of
from .statements import ADMINISTRATOR, Question, Statement, statements_of

__all__ = ["ADMINISTRATOR", "Held", "Holder", "Path", "Question", "Right", "Statement", "rights_of", "statements_of"]
