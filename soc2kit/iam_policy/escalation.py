"""Ways from a right to administration, each named in words.

A way counts when its first step is allowed on everything of its kind (or, where that is enough, on the holder itself)
and its further steps on anything at all: one machine that can be started is enough to use any role that can be passed.
"""

from __future__ import annotations

from dataclasses import dataclass

from .statements import EVERYWHERE, SOMEWHERE

#: Services all of which is administration, in words.
WHOLE_SERVICES = {
    "iam": "changes all of IAM",
    "sso": "changes all of Identity Center",
    "sts": "assumes every role",
    "organizations": "changes the organisation and its policies",
}


@dataclass(frozen=True)
class Step:
    action: str
    kind: str = ""
    resource: str = EVERYWHERE
    #: The service that a role has to be passed to.
    passed_to: str = ""

    @property
    def service(self) -> str:
        return self.action.partition(":")[0]


@dataclass(frozen=True)
class Route:
    """`on_itself`: what kind of principal (`user`, `role`) needs the first step on nothing but itself."""

    words: str
    steps: tuple[Step, ...]
    on_itself: str = ""

    @property
    def passed_to(self) -> str:
        """The service that has to get a role, where that is the way."""
        return self.steps[0].passed_to


def _one(words: str, action: str, kind: str = "", on_itself: str = "") -> Route:
    return Route(f"{words} ({action})", (Step(action.lower(), kind),), on_itself)


def _passing(what: str, service: str, *actions: str) -> Route:
    """A role that can be passed to something that can be started runs whatever its rights allow."""
    further = tuple(Step(action.lower(), resource=SOMEWHERE) for action in actions)
    first = Step("iam:passrole", "iam:role", passed_to=f"{service}.amazonaws.com")
    names = ", ".join(("iam:PassRole", *actions))
    return Route(f"uses any role through {what} ({names})", (first, *further))


ROUTES: tuple[Route, ...] = (
    _one("attaches policies to users", "iam:AttachUserPolicy", "iam:user", "user"),
    _one("attaches policies to groups", "iam:AttachGroupPolicy", "iam:group"),
    _one("attaches policies to roles", "iam:AttachRolePolicy", "iam:role", "role"),
    _one("writes inline policies of users", "iam:PutUserPolicy", "iam:user", "user"),
    _one("writes inline policies of groups", "iam:PutGroupPolicy", "iam:group"),
    _one("writes inline policies of roles", "iam:PutRolePolicy", "iam:role", "role"),
    _one("writes new versions of policies", "iam:CreatePolicyVersion", "iam:policy"),
    _one("puts older versions of policies in force", "iam:SetDefaultPolicyVersion", "iam:policy"),
    _one("adds users to groups", "iam:AddUserToGroup", "iam:group"),
    _one("makes access keys of users", "iam:CreateAccessKey", "iam:user"),
    _one("gives users a console password", "iam:CreateLoginProfile", "iam:user"),
    _one("changes console passwords of users", "iam:UpdateLoginProfile", "iam:user"),
    _one("changes who may assume roles", "iam:UpdateAssumeRolePolicy", "iam:role"),
    _one("makes credentials of users for single services", "iam:CreateServiceSpecificCredential", "iam:user"),
    _one("changes whom a provider of SAML lets in", "iam:UpdateSAMLProvider", "iam:saml-provider"),
    _one("lifts permissions boundaries of users", "iam:DeleteUserPermissionsBoundary", "iam:user", "user"),
    _one("lifts permissions boundaries of roles", "iam:DeleteRolePermissionsBoundary", "iam:role", "role"),
    _one("sets permissions boundaries of users", "iam:PutUserPermissionsBoundary", "iam:user", "user"),
    _one("sets permissions boundaries of roles", "iam:PutRolePermissionsBoundary", "iam:role", "role"),
    _one("assumes every role", "sts:AssumeRole", "iam:role"),
    _one("assigns permission sets", "sso:CreateAccountAssignment"),
    _one("adds policies to permission sets", "sso:AttachManagedPolicyToPermissionSet"),
    _one("writes inline policies of permission sets", "sso:PutInlinePolicyToPermissionSet"),
    _one("adds people to groups of Identity Center", "identitystore:CreateGroupMembership"),
    _passing("virtual machines", "ec2", "ec2:RunInstances"),
    _passing("Lambda", "lambda", "lambda:CreateFunction"),
    _passing("containers", "ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    _passing("CloudFormation", "cloudformation", "cloudformation:CreateStack"),
    _passing("CodeBuild", "codebuild", "codebuild:CreateProject", "codebuild:StartBuild"),
    _passing("Glue", "glue", "glue:CreateJob"),
    _passing("Glue endpoints", "glue", "glue:CreateDevEndpoint"),
    _passing("SageMaker", "sagemaker", "sagemaker:CreateNotebookInstance"),
    _passing("Data Pipeline", "datapipeline", "datapipeline:CreatePipeline"),
    _passing("Step Functions", "states", "states:CreateStateMachine"),
    _one("changes the code of Lambda functions, which run with their roles", "lambda:UpdateFunctionCode"),
    _one("changes what Lambda functions load, which run with their roles", "lambda:UpdateFunctionConfiguration"),
    _one("changes stacks of CloudFormation, which have their roles", "cloudformation:UpdateStack"),
    _one("runs automations, which have their roles", "ssm:StartAutomationExecution"),
    _one("opens a shell in containers, which have their roles", "ecs:ExecuteCommand"),
    _one("opens a shell on machines by a key of its own", "ec2-instance-connect:SendSSHPublicKey"),
    _one("changes Glue endpoints, which run with their roles", "glue:UpdateDevEndpoint"),
    _one("runs commands on machines, which have their roles", "ssm:SendCommand"),
    _one("opens a shell on machines, which have their roles", "ssm:StartSession"),
)
