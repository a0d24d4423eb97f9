"""What declared resources say of encryption, reach, connections and backups, setting by setting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..resources import Resource
from . import backups, network, storage, transport
from .model import Setting, World

__all__ = ["Setting", "settings_of"]


def settings_of(resources: Iterable[Resource]) -> Iterator[Setting]:
    """Every setting that tests read, of resources that know of each other by their roots."""
    world = World(resources)
    for area in (storage, network, transport, backups):
        yield from area.settings(world)
