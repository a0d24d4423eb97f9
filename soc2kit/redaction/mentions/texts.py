"""What can be told from any other text by its form: e-mail addresses, ids and ARNs of AWS, network addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from .model import Mention

# Begun only where a run begins: a long run without @ would else be read once from each of its characters.
EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
#: What AWS gives users and keys for an id; GitHub's are numbers and stand beside a login.
AWS_ID = re.compile(r"\b(?:AIDA|AKIA|ASIA)[A-Z0-9]{8,}\b")
_IP = re.compile(r"(?<![\w:.])(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)")
_MASK = re.compile(r"/(\d{1,3})(?![\d.])|[ \t]+(255(?:\.\d{1,3}){3})(?![\d.])")
# An IAM user, of whichever account, and the session of a role; a pattern (`user/dev-*`) is neither.
_NAME = r"[\w+=.@-]+"
_ARN = re.compile(
    rf"arn:aws[\w-]*:(?:iam|sts)::\d*:(?:user/(?:{_NAME}/)*|assumed-role/{_NAME}/|federated-user/)({_NAME})(?![\w+=.@/*$?-]|,\S)"
)


def texts_of(*values: Any) -> Iterator[Mention]:
    """Whatever a form gives away, wherever a text has it."""
    for value in values:
        if isinstance(value, Mapping):
            yield from texts_of(*value.values())
        elif isinstance(value, list | tuple):
            yield from texts_of(*value)
        elif isinstance(value, str):
            yield from _of_text(value)


def _of_text(text: str) -> Iterator[Mention]:
    if "@" in text:
        yield from (Mention("e-mail", hit.strip("'.")) for hit in EMAIL.findall(text))
    if "A" in text:
        yield from (Mention("id", hit) for hit in AWS_ID.findall(text))
    if "arn:" in text:
        yield from (Mention("account", hit.rstrip(".,"), "aws") for hit in _ARN.findall(text))
    if "." in text or ":" in text:
        for found in _IP.finditer(text):
            if _of_some_machine(found[0]) and not _of_network(found[0], text[found.end() : found.end() + 20]):
                yield Mention("address", found[0])


def _of_some_machine(text: str) -> bool:
    """Whether it is a network address, and not one that every machine has."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    # Masks of networks look like addresses that no machine can have.
    mask = address.is_multicast or (address.version == 4 and address.is_reserved)
    return not (address.is_loopback or address.is_unspecified or mask)


def _of_network(address: str, after: str) -> bool:
    """Whether it is the first address of a network that follows with its length or mask: that is nobody's."""
    found = _MASK.match(after)
    try:
        return found is not None and ip_network(f"{address}/{found[1] or found[2]}").num_addresses > 1
    except ValueError:
        return False
