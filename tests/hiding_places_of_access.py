"""Where a name can hide in the evidence of access: one edit for each dataset, in the manner of `hiding_places`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rewritten_evidence import objects

Pages = list[dict[str, Any]]


def login(name: str) -> dict[str, Any]:
    return {"login": name, "id": 1, "type": "User", "html_url": f"https://github.com/{name}"}


def answers(pages: Pages, call: str) -> list[Any]:
    return [page["answer"] for page in pages if call in page["call"]]


def directory(pages: Pages) -> None:
    for user in (one for one in objects(pages) if one.get("UserName") == "lucia.santos"):
        user |= {
            "DisplayName": "Displayhidden", "NickName": "Nickhidden", "Title": "Titlehidden", "UserType": "Typehidden",
            "Name": {"Formatted": "Formathidden", "GivenName": "Givenhidden", "FamilyName": "Familyhidden"},
            "ProfileUrl": "https://urlhidden.example", "Website": "https://webhidden.example",
            "PhoneNumbers": [{"Value": "+49 phonehidden"}], "Addresses": [{"Locality": "Townhidden"}],
            "Birthdate": "birthhidden", "Photos": [{"Value": "photohidden"}],
            "ExternalIds": [{"Issuer": "https://idp.example", "Id": "externalhidden"}],
        }  # fmt: skip
        user["Emails"].append({"Value": "private.hidden@home.example", "Type": "home", "Primary": False})
    for user in (one for one in objects(pages) if one.get("UserName") == "jonas.weber"):
        user["DisplayName"] = "Jonas Hidden-Weber"


def events(pages: Pages) -> None:
    for answer in answers(pages, "LookupEvents"):
        for shown in answer["Events"]:
            event = json.loads(shown["CloudTrailEvent"])
            if event["eventName"] == "AttachUserPolicy":
                shown["CloudTrailEvent"] = json.dumps(refused(event))
                shown |= {"Username": "outersession.hidden", "Resources": [
                    {"ResourceType": "AWS::IAM::VirtualMFADevice", "ResourceName": "arn:aws:iam::1:mfa/Devicehidden"}
                ]}  # fmt: skip


def refused(event: dict[str, Any]) -> dict[str, Any]:
    """A refused attempt, so that no grant comes of it."""
    policy = {"Principal": {"AWS": "arn:aws:iam::999988887777:user/team/policyhidden"}, "Sid": "é"}
    return {
        **event,
        "userIdentity": {
            "type": "AssumedRole", "principalId": "AROAXXXXXXXX:session.hidden", "accountId": "402613907581",
            "arn": "arn:aws:sts::402613907581:assumed-role/Auditor/session.hidden",
            "sessionContext": {"sourceIdentity": "sourcehidden", "sessionIssuer": {
                "arn": "arn:aws:iam::402613907581:role/Auditor", "userName": "Auditor"}},
        },
        "sourceIPAddress": "198.51.100.99",
        "userAgent": "browser of Agenthidden",
        "errorCode": "AccessDenied",
        "errorMessage": "ask Errorhidden",
        "requestParameters": {
            "userName": "neverhidden", "policyDocument": json.dumps(policy), "roleSessionName": "rolesession.hidden",
            "serialNumber": "mfa/serialhidden", "virtualMFADeviceName": "newdevicehidden", "displayName": "Namehidden",
            "tags": [{"key": "Owner", "value": "Jos\u00e9 Taghidden"}],
        },
        "responseElements": {"user": {"userName": "respondedhidden", "arn": "arn:aws:iam::1:user/respondedhidden"}},
    }  # fmt: skip


def analyzer(pages: Pages) -> None:
    for one in objects(pages):
        if "isPublic" in one:
            one["principal"] = {"AWS": "arn:aws:iam::999988887777:user/analyzerhidden"}


def teams(pages: Pages) -> None:
    for answer in answers(pages, "/members"):
        for member in answer:
            member |= {"name": "Member Hidden", "email": "member.hidden@home.example"}
    for answer in answers(pages, "/teams"):
        for team in answer:
            if "slug" in team:
                team["description"] = "led by Leadhidden"


def collaborators(pages: Pages) -> None:
    for answer in answers(pages, "/collaborators"):
        answer.extend({**one, "login": "directhidden"} for one in list(answer))


def invitations(pages: Pages) -> None:
    for answer in answers(pages, "/invitations"):
        if answer:
            answer.append({**answer[0], "id": 7, "login": None, "email": "Invited.Hidden@home.example",
                           "inviter": login("inviterhidden"), "failed_reason": "ask inviterhidden"})  # fmt: skip


def deploy_keys(pages: Pages) -> None:
    for answer in answers(pages, "/keys"):
        for key in answer:
            key |= {"added_by": "adderhidden", "title": "Notebook of Keytitlehidden", "key": "ssh-rsa A keyhidden@x"}


def apps(pages: Pages) -> None:
    for one in objects(pages):
        if "app_slug" in one:
            one |= {"suspended_by": login("suspenderhidden"), "contact_email": "contact.hidden@home.example"}


def saml(pages: Pages) -> None:
    for one in objects(pages):
        if "externalIdentities" in one:
            source = {
                "nameId": "name.hidden@localhost",
                "username": "samlnamehidden",
                "givenName": "Samlgivenhidden",
                "familyName": "Samlfamilyhidden",
                "emails": [{"primary": True, "value": "Saml.Hidden@x.example"}],
            }
            one["externalIdentities"]["nodes"] += [
                {"guid": "guidhidden", "user": login("samlloginhidden"), "samlIdentity": source, "scimIdentity": None},
                {"guid": "1", "user": None, "samlIdentity": None, "scimIdentity": {**source, "nameId": "idhidden"}},
            ]  # fmt: skip


def audit_log(pages: Pages) -> None:
    for answer in answers(pages, "/audit-log"):
        if answer:
            answer.append({
                **answer[0], "_document_id": "audit_added", "action": "user.login", "actor": "actorhidden",
                "user": "userhidden", "target_login": "targethidden", "old_user": "oldhidden", "actor_id": 99887766,
                "blocked_user": "blockedhidden", "actor_ip": "198.51.100.55", "user_agent": "Agent of Useragenthidden",
                "actor_location": {"city": "Cityhidden"}, "title": "keytitlehidden", "reason": "Whyhidden",
                "external_identity_nameid": "auditnamehidden",
            })  # fmt: skip


def alerts(pages: Pages) -> None:
    for one in objects(pages):
        if "secret_type" in one:
            one |= {
                "push_protection_bypassed_by": login("bypasserhidden"), "assigned_to": login("assignedhidden"),
                "push_protection_bypass_request_reviewer": login("reviewerhidden"),
                "push_protection_bypass_request_comment": "by Bypasscommenthidden", "secret": "secrethidden",
            }  # fmt: skip
            if one.get("resolution_comment"):
                one["resolution_comment"] = "Asked Resolutionhidden"


def grants(pages: Pages) -> None:
    for page in pages:
        columns = page["answer"]["columns"]
        if "grantee" in columns:
            row = dict(zip(columns, page["answer"]["rows"][0], strict=True))
            granted = {**row, "grantor": "grantorhidden", "grantee": "granteehidden", "object": "granteehidden"}
            page["answer"]["rows"].append(list(granted.values()))


def hba_rules(pages: Pages) -> None:
    for page in pages:
        rows, columns = page["answer"]["rows"], page["answer"]["columns"]
        added = {
            "position": 90, "line_number": 90, "type": "hostssl", "database": ["app"], "auth_method": "scram-sha-256",
            "user_name": ["rulehidden", "+grouphidden", "/^(jweber-tw|lsantos)$"], "address": "198.51.100.55/32",
            "options": ["map=staff"], "file_name": rows[0][columns.index("file_name")],
        }  # fmt: skip
        rows.append([added.get(column) for column in columns])
        page["rows"] += 1


def sessions(pages: Pages) -> None:
    for page in pages:
        columns = page["answer"]["columns"]
        row = dict(zip(columns, page["answer"]["rows"][0], strict=True))
        added = {**row, "usename": "sessionhidden", "client_addr": "198.51.100.99", "ssl": False}
        page["answer"]["rows"].append([added[column] for column in columns])


RULES = """\
# ask Commenthidden
hostssl app filehidden,+filegrouphidden 198.51.100.23/32 scram-sha-256 # Remarkhidden
hostssl app filehidden 2001:db8::77/128 scram-sha-256
hostssl app filehidden 10.40.0.0 255.255.0.0 scram-sha-256
"""


def configuration_files(pages: Pages) -> None:
    added = {
        "pg_hba.conf": RULES,
        "finance.users": '"listedhidden"\n',
        "postgresql.conf": "log_line_prefix = '%m # '  # for Prefixhidden\n",
    }
    for page in pages:
        page["answer"] += added.get(page["parameters"]["path"], "")


def outside(text: str) -> str:
    """A sponsor without an address, and a login in other capitals than GitHub's."""
    text = text.replace("priya-nair-dev", "Priya-Nair-DEV")
    return f"{text}outsidehidden,Sponsorhidden,2026-12-31\n"


def emergencies(text: str) -> str:
    return f"{text}aws,glassuserhidden,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,approver.hidden@home.example,"\
           "Called Whyhidden,\n"  # fmt: skip


def exceptional_changes(text: str) -> str:
    header = "reference,kind,reason,incident,approved_by,approved_at,reviewed_by,reviewed_at\n"
    return f"{text or header}tidewater/web#1,emergency,Asked Causehidden,,approver.exception.hidden@home.example,"\
           "2026-03-01T00:00:00Z,reviewerhidden,2026-03-01T01:00:00Z\n"  # fmt: skip


def assets(text: str) -> str:
    return f"{text}arn:aws:s3:::nobodys,asset.hidden@home.example,production,internal,no\n"


def environment_exceptions(text: str) -> str:
    return f"{text}arn:aws:rds:*,518273940612,Sharer Hidden,2026-03-01T00:00:00Z,,asked Sharinghidden\n"


def restore_tests(text: str) -> str:
    header = "date,store,minutes,rows_checked,tested_by,evidence\n"
    return f"{text or header}2026-03-02,app,1,1,tester.restore.hidden@home.example,notes/of-Notehidden.md\n"


def requests(text: str) -> str:
    header, *lines = text.replace("github,tbrandt", "github,TBrandt").splitlines()
    added = "IT-1,github,requestedhidden,,member of web,Requester Hidden,2026-01-01T00:00:00Z,Approverhidden,2026-01-01"
    return "\n".join([f"{header},comment", *(f"{line},Commenthidden" for line in [*lines, added])]) + "\n"


BROKEN = "# ask Brokenhidden\nschema: soc2kit-review/1\nperiod: 2026-Q3\n"


def reviews(pages: Pages) -> None:
    """A reason and a comment after the signature, a reviewer without an address, and a file that is no review."""
    for page in pages[1:]:
        if page["call"].endswith("2026-Q2-github.yaml"):
            page["answer"] = page["answer"].replace("    reason: ", "    reason: Reasonhidden ", 1).replace(
                "decisions:", "# Remarkhidden\ndecisions:").replace(
                "    decision: keep", "    decision: change\n    change_to: as Changehidden says", 1)  # fmt: skip
        if page["call"].endswith("2026-Q2-postgres.yaml"):
            page["answer"] = page["answer"].replace("  by: deniz.aksoy@tidewater.example", "  by: Reviewer Hidden")
    pages[0]["answer"] += ["2026-Q3-aws.yaml", "notes of Filehidden.yaml"]
    pages += [{**pages[0], "call": "file reviews/2026-Q3-aws.yaml", "answer": BROKEN},
              {**pages[0], "call": "file reviews/notes of Filehidden.yaml", "answer": "by Noteshidden"}]  # fmt: skip


TERRAFORM = """
# ask Hashhidden
// or Slashhidden
/* or
   Blockhidden */
variable "region" { # Trailinghidden
  description = "As \\"Deschidden\\" said"
  default = "https://x.example/#y" // Quotehidden
}
resource "aws_iam_user" "mlindqvist" {
  name = "mara.lindqvist"
}
resource "github_membership" "new" {
  username = "declaredhidden"
}
output "one" { value = aws_iam_user.mlindqvist.arn }
"""


def terraform(pages: Pages) -> None:
    pages.append({**pages[-1], "call": "file people.tf", "parameters": {"path": "people.tf"}, "answer": TERRAFORM})


def terraform_exports(pages: Pages) -> None:
    for page in pages:
        if page["call"].startswith("export production-2"):
            page["answer"]["drift"] += [
                {"address": f'{kind}.all["{name}"]', "type": kind, "actions": ["create"]}
                for kind, name in (("aws_iam_user", "indexhidden"), ("github_membership", "memberhidden"),
                                   ("postgresql_role", "mail.hidden@x.example"))
            ]  # fmt: skip


JSON_EDITS: dict[str, tuple[Callable[[Pages], None], ...]] = {
    "aws.identity_center": (directory,),
    "aws.access_events": (events,),
    "aws.access_analyzer": (analyzer,),
    "github.teams": (teams,),
    "github.direct_collaborators": (collaborators,),
    "github.invitations": (invitations,),
    "github.deploy_keys": (deploy_keys,),
    "github.app_installations": (apps,),
    "github.saml_identities": (saml,),
    "github.audit_log": (audit_log,),
    "github.secret_scanning_alerts": (alerts,),
    "postgres.grants": (grants,),
    "postgres.hba_rules": (hba_rules,),
    "postgres.ssl_sessions": (sessions,),
    "postgres_files.files": (configuration_files,),
    "company.reviews": (reviews,),
    "terraform.files": (terraform,),
    "terraform.exports": (terraform_exports,),
}
TEXT_EDITS: dict[str, Callable[[str], str]] = {
    "company.outside_collaborators": outside,
    "company.break_glass": emergencies,
    "company.change_exceptions": exceptional_changes,
    "company.restore_tests": restore_tests,
    "company.access_requests": requests,
    "company.assets": assets,
    "company.environment_exceptions": environment_exceptions,
}
