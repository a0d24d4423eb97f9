"""Frames of what the company has, of its registers of that, and of where in AWS was read."""

from __future__ import annotations

from ...sources.aws import REGIONAL
from .. import assets, aws_places
from ..schema import FrameSpec, columns

#: By dataset, the frame with the regions that it was read in.
REGIONS = {dataset: f"aws_regions_{dataset.partition('.')[2]}" for dataset in REGIONAL}

SPECS = (
    *(
        FrameSpec(
            name,
            columns("place text, account text, region text, read flag, out_of_scope text?"),
            (dataset,),
            aws_places.regions,
        )
        for dataset, name in REGIONS.items()
    ),
    FrameSpec(
        "aws_organization",
        columns("account text, organization text?, manager text?, alone flag, listed flag"),
        ("aws.organization",),
        aws_places.organization,
    ),
    FrameSpec(
        "organization_accounts",
        columns("account text, status text?, open flag"),
        ("aws.organization",),
        aws_places.organization_accounts,
    ),
    FrameSpec("register_of_assets", columns(assets.REGISTER_COLUMNS), ("company.assets",), assets.register),
    FrameSpec(
        "environment_exceptions",
        columns("resource text, account text, approved_by text?, approved_at time?, until time?, reason text?"),
        ("company.environment_exceptions",),
        assets.sharing,
    ),
    FrameSpec("assets", columns(assets.COLUMNS), uses=assets.USES, derive=assets.assets),
    FrameSpec("asset_entries", columns(assets.ENTRY_COLUMNS), uses=assets.ENTRY_USES, derive=assets.entries),
)
