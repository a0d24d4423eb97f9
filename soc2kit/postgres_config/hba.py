"""`pg_hba.conf` as the server reads it: every line a rule, an include, or something that the server would not take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from .files import DEEPEST, Files, Missing, Problem, beside, in_folder, text_of
from .rules import METHODS, TYPES, Name, Rule

_BLANK = " \t\r"
Fields = list[list[Name]]
#: Options, and the methods that have them; none named: every one has.
_OPTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("clientcert", ()),
    ("clientname", ("cert",)),
    ("map", ("ident", "peer", "gss", "sspi", "cert", "oauth")),
    ("pamservice|pam_use_hostname", ("pam",)),
    ("ldap.+", ("ldap",)),
    ("krb_realm|include_realm|krb_server_hostname", ("gss", "sspi")),
    ("compat_realm|upn_username", ("sspi",)),
    ("radius.+", ("radius",)),
    ("issuer|scope|validator|delegate_ident_mapping", ("oauth",)),
)
#: Methods that make sense for some types of connection only; the server refuses the whole file elsewhere.
_ONLY_LOCAL, _NOT_LOCAL, _ONLY_TLS = ("peer",), ("gss", "sspi"), ("cert",)


@dataclass
class Rules:
    """Rules in their order; with a problem, the server keeps the rules that it had before."""

    rules: list[Rule] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Wrong(Exception):
    """Why the server would not take a line."""


def read_rules(files: Files, path: str = "pg_hba.conf") -> Rules:
    found = Rules()
    for item in _file(files, path, 0):
        (found.problems if isinstance(item, Problem) else found.rules).append(item)  # type: ignore[arg-type]
    return found


def _file(files: Files, path: str, depth: int) -> Iterator[Rule | Problem]:
    for number, text in _whole_lines(text_of(files, path)):
        try:
            fields = _fields(files, path, text, depth)
            if len(fields) == 2 and fields[0][0].text in ("include", "include_if_exists", "include_dir"):
                yield from _included(files, path, fields[0][0].text, fields[1][0].text, depth + 1)
            elif fields:
                yield _rule(path, number, fields)
        except _Wrong as error:
            yield Problem(path, number, str(error))
        except Missing as error:
            yield Problem(path, number, error.says, missing=True)


def _included(files: Files, path: str, how: str, named: str, depth: int) -> Iterator[Rule | Problem]:
    if depth > DEEPEST:
        raise _Wrong("files include each other too deep")
    target = beside(path, named)
    if how == "include_dir":
        for inner in in_folder(files, target):
            yield from _file(files, inner, depth)
    elif how == "include" or target in files:
        text_of(files, target)
        yield from _file(files, target, depth)


def _whole_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with what follows a backslash at the end, each with the number of its first line."""
    first, so_far = 1, ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if line.endswith("\\"):
            so_far += line[:-1]
            continue
        yield first, so_far + line
        first, so_far = number + 1, ""
    if so_far:
        yield first, so_far


def _fields(files: Files, path: str, text: str, depth: int) -> Fields:
    """The fields of a line, each a list of names; `@file` stands for all names in that file."""
    fields: Fields = []
    for field_ in _split(text):
        names: list[Name] = []
        for one in field_:
            names += _listed(files, path, one.text[1:], depth + 1) if _is_file(one) else [one]
        # Of a list without a name the server makes no field at all: the next one takes its place.
        if names:
            fields.append(names)
    return fields


def _is_file(one: Name) -> bool:
    return one.text.startswith("@") and len(one.text) > 1 and not one.quoted


def _listed(files: Files, path: str, named: str, depth: int) -> list[Name]:
    if depth > DEEPEST:
        raise _Wrong("files include each other too deep")
    target = beside(path, named)
    lines = [text for _, text in _whole_lines(text_of(files, target))]
    return [one for text in lines for names in _fields(files, target, text, depth) for one in names]


def _split(text: str) -> Iterator[list[Name]]:
    """Fields set apart by blanks, names within one by commas; a quote may begin anywhere in a name."""
    names: list[Name] = []
    place, more = 0, False
    while True:
        while place < len(text) and text[place] in _BLANK + ",":
            place += 1
        if place == len(text) or text[place] == "#":
            break
        if names and not more:
            yield names
            names = []
        found, place, more = _name(text, place)
        names.append(found)
    if names:
        yield names


def _name(text: str, place: int) -> tuple[Name, int, bool]:
    """The name that begins here, where it ends, and whether a comma says that another one follows."""
    letters: list[str] = []
    inside = doubled = first_quoted = False
    while place < len(text) and (inside or text[place] not in _BLANK):
        letter = text[place]
        if letter == "#" and not inside:
            return Name("".join(letters), first_quoted), len(text), False
        if letter == "," and not inside:
            return Name("".join(letters), first_quoted), place + 1, True
        if letter != '"' or doubled:
            letters.append(letter)
        doubled = inside and letter == '"' and not doubled
        if letter == '"':
            first_quoted = first_quoted or not letters
            inside = not inside
        place += 1
    return Name("".join(letters), first_quoted), place, False


def _rule(path: str, line: int, fields: Fields) -> Rule:
    kind = _single(fields, 0, "connection type")
    if kind not in TYPES:
        raise _Wrong(f"invalid connection type {kind!r}")
    databases, users = (_several(fields, place, what) for place, what in ((1, "database"), (2, "user")))
    after, address = (3, None) if kind == "local" else _address(fields)
    method = _single(fields, after, "authentication method")
    if method not in METHODS:
        raise _Wrong(f"invalid authentication method {method!r}")
    if (
        (kind == "local" and method in _NOT_LOCAL)
        or (kind != "local" and method in _ONLY_LOCAL)
        or (kind != "hostssl" and method in _ONLY_TLS)
    ):
        raise _Wrong(f"{method} authentication is not supported on {kind} connections")
    options = tuple(one.text for names in fields[after + 1 :] for one in names)
    for option in options:
        if "=" not in option:
            raise _Wrong("an authentication option is not in the form name=value")
        if option.startswith("clientcert=") and kind != "hostssl":
            raise _Wrong("clientcert can only be configured for hostssl rows")
        _allowed(option.partition("=")[0], method)
    return Rule(path, line, kind, databases, users, address, method, options)


def _allowed(option: str, method: str) -> None:
    """With an option that the method does not have the server keeps the rules that it had before."""
    methods = next((named for pattern, named in _OPTIONS if re.fullmatch(pattern, option)), None)
    if methods is None:
        raise _Wrong(f"unrecognized authentication option name {option!r}")
    if methods and method not in methods:
        raise _Wrong(f"authentication option {option!r} is not one of {method}")


def _several(fields: Fields, place: int, what: str) -> tuple[Name, ...]:
    if place >= len(fields):
        raise _Wrong(f"end of line before {what} specification")
    return tuple(fields[place])


def _single(fields: Fields, place: int, what: str) -> str:
    names = _several(fields, place, what)
    if len(names) != 1:
        raise _Wrong(f"multiple values specified for {what}")
    return names[0].text


def _address(fields: Fields) -> tuple[int, str]:
    """Where the method stands, and the address: a network with its length, a word, or a host name."""
    text = _single(fields, 3, "IP address")
    if any(fields[3][0].keyword(word) for word in ("all", "samehost", "samenet")):
        return 4, text
    if text in ("all", "samehost", "samenet"):
        return 4, f'"{text}"'  # in quotes it is the name of a host
    bare, slash, length = text.partition("/")
    try:
        address = _numeric(bare)
    except ValueError:
        if slash or not re.fullmatch(r"[^/]+", bare):
            raise _Wrong(f"invalid IP address {text!r}") from None
        return 4, text
    if slash:
        if not re.fullmatch(r"\+?[0-9]+", length) or int(length) > address.max_prefixlen:
            raise _Wrong(f"invalid CIDR mask in address {text!r}")
        return 4, str(ip_network((address, int(length)), strict=False))
    return 5, _masked(str(address), _single(fields, 4, "netmask"))


def _numeric(text: str) -> IPv4Address | IPv6Address:
    """An address, also as the C library takes it: of one to four numbers, the last for all that are left out."""
    numbers = text.split(".")
    if len(numbers) > 4 or not all(re.fullmatch(r"0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*", one) for one in numbers):
        return ip_address(text)
    *first, last = (int(one, 16 if one[:2] in ("0x", "0X") else 8 if one[0] == "0" else 10) for one in numbers)
    left = 4 - len(first)
    if any(one > 255 for one in first) or last >= 256**left:
        raise ValueError(text)
    return IPv4Address(bytes(first) + last.to_bytes(left, "big"))


def _masked(address: str, mask: str) -> str:
    """An address and its mask. A mask whose bits do not stand together is none of a network's: both are kept."""
    try:
        given = _numeric(mask)
    except ValueError:
        raise _Wrong(f"invalid IP mask {mask!r}") from None
    if given.version != ip_address(address).version:
        raise _Wrong("IP address and mask do not match")
    bits = f"{int(given):0{given.max_prefixlen}b}"
    if "01" in bits:
        return f"{address} {given}"
    return str(ip_network(f"{address}/{bits.count('1')}", strict=False))
