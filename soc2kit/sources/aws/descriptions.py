"""AWS's descriptions of its services: read once in a process, and not again by each account's session."""

from __future__ import annotations

import functools
from typing import Any


def session_of(core: Any, **settings: Any) -> Any:
    """A boto3 session on botocore's session `core`; its clients share what has been read of the descriptions."""
    import boto3

    session = boto3.session.Session(botocore_session=core, **settings)
    core.register_component("data_loader", _reader(core.get_config_variable("data_path")))
    return session


@functools.cache
def _reader(folders: str | None) -> Any:
    """botocore's own; of EC2 alone it is 10 MB of JSON, which each session would parse anew."""
    from botocore.loaders import create_loader

    return create_loader(folders)
