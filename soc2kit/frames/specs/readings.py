"""One row for each time that a list was read whole, however little stood in it: an empty list looks like none else."""

from __future__ import annotations

from ..accounts import one_row
from ..schema import FrameSpec, columns

#: The frame, and the dataset whose readings it has.
READINGS = (
    ("read_aws_users", "aws.credential_report"),
    ("read_aws_principals", "aws.authorization_details"),
    ("read_identity_center", "aws.identity_center"),
    ("read_github_members", "github.members"),
    ("read_github_outside", "github.outside_collaborators"),
    ("read_github_organization", "github.organization"),
    ("read_github_teams", "github.teams"),
    ("read_github_direct", "github.direct_collaborators"),
    ("read_github_invitations", "github.invitations"),
    ("read_database_roles", "postgres.roles"),
    ("read_database_memberships", "postgres.memberships"),
    ("read_database_grants", "postgres.grants"),
    ("read_aws_rds", "aws.rds"),
    ("read_restore_tests", "company.restore_tests"),
    ("read_change_exceptions", "company.change_exceptions"),
    ("read_assets", "company.assets"),
    ("read_environment_exceptions", "company.environment_exceptions"),
)
SPECS = tuple(
    FrameSpec(name, columns("source_account text, rows number"), (dataset,), one_row) for name, dataset in READINGS
)
