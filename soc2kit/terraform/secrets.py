"""Terraform files without what is a secret by its name, which somebody wrote into one and which is no evidence."""

from __future__ import annotations

import re

#: Stands in place of what was written out.
LEFT_OUT = "[left out]"
_WORD = (
    r"[\w-]*(?:password|passwd|passphrase|secret|secret_?key|secret_(?:string|binary)|token|private_?key|api_?key"
    r"|access_key|connection_string)(?:_wo)?|(?:[\w-]*[_-])?(?:pass|pwd)"
)
#: What a function is started with: people keep passwords there, whatever they call them.
_STARTED_WITH = r"variables|environment_variables"
_START = r'(?<![\w/:.-])"?(?:%s)"?\s*(?:=(?![=>])|:)\s*'
#: In the order in which they are tried where several begin at one place. `beside` stands before what has its value
#: beside its name, and what is sent or compared as a header; a bracket ends it.
_MARKS = re.compile(
    f'(?P<beside>{_START % "name"}"(?:{_WORD})"|(?:custom_header|http_header)"?\\s*\\{{)|(?P<end>\\}})'
    f"|(?P<secret>{_START % f'{_WORD}|{_STARTED_WITH}'})|(?P<default>{_START % 'default'})"
    f"|(?P<value>{_START % 'values?'})",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r'^\s*variable\s+"([^"]*)"')
_SECRET_NAME = re.compile(_WORD, re.IGNORECASE)
_SENSITIVE = re.compile(r"(?<!\w)sensitive\s*=\s*true")
_HEREDOC = re.compile(r"<<[-~]?\s*(\w+)\s*$")
_REFERENCE = re.compile(r'\$\{[^}"]*\}')
_IN_ADDRESS = re.compile(r"(://[^/\s:@\"]*:)((?:\$\{[^}\"]*\}|[^@\s\"/$]|\$(?!\{))+)@")


def without_secrets(text: str) -> str:
    """The same lines, with no text written out where the name of an attribute or a variable says that it is a secret,
    where Terraform is told so (`sensitive`), and where secrets are kept whatever they are called: what functions are
    started with, headers, and passwords in addresses.

    References stay. A secret under another name, or within a script, is not known here; a scanner for secrets finds it.
    """
    lines, given = text.split("\n"), list[str]()
    defaults = _secret_variables(lines)
    until, depth, beside = "", 0, False
    for number, line in enumerate(lines):
        if until:
            until, line = ("", line) if line.strip() == until else (until, LEFT_OUT)
        elif depth > 0:
            line, _, depth = _value_of(line, 0, depth)
        at = 0
        while not until and depth == 0 and (mark := _MARKS.search(line, at)):
            kind, at = str(mark.lastgroup), mark.end()
            beside = kind == "beside" or (beside and kind != "end")
            if kind == "secret" or (kind == "default" and number in defaults) or (kind == "value" and beside):
                heredoc = _HEREDOC.search(line, at)
                line, at, depth = _value_of(line, at, 0)
                until, depth = (heredoc[1], 0) if heredoc else ("", depth)
        given.append(_IN_ADDRESS.sub(_without_password, line))
    return "\n".join(given)


def _secret_variables(lines: list[str]) -> set[int]:
    """Numbers of the lines of variables that are secrets by their names or by Terraform's own word."""
    found: set[int] = set()
    block: list[int] = []
    secret = False
    for number, line in enumerate(lines):
        if named := _VARIABLE.match(line):
            block, secret = [], _SECRET_NAME.fullmatch(named[1]) is not None
        elif not block:
            continue
        block.append(number)
        secret = secret or _SENSITIVE.search(line) is not None
        if line.rstrip() == "}" or (named and line.rstrip().endswith("}")):
            found |= set(block) if secret else set()
            block = []
    return found


def _value_of(line: str, start: int, depth: int) -> tuple[str, int, int]:
    """The line with the texts of a value covered, where the value ends, and how many brackets it leaves open."""
    made, at = line[:start], start
    while at < len(line):
        letter = line[at]
        if letter == '"':
            end = _end(line, at)
            key = made.rstrip()[-1:] in ("", "{", ",") and re.match(r"\s*[=:]", line[end:]) is not None
            made += line[at:end] if key else _covered(line[at:end])
            at = end
            continue
        closes = letter in ")]}"
        if depth == 0 and (closes or letter == ","):
            break
        depth += (letter in "([{") - closes
        made, at = made + letter, at + 1
        if depth == 0 and closes and start == 0:
            break
    return made + line[at:], len(made), depth


def _end(line: str, start: int) -> int:
    """Where the text that begins here ends; in what is put into it there may be texts, too."""
    at, inside = start + 1, 0
    while at < len(line):
        if line[at] == '"':
            if not inside:
                return at + 1
            at = _end(line, at)
            continue
        if line[at] == "\\":
            at += 1
        elif line.startswith("${", at) or (inside and line[at] == "{"):
            inside += 1
            at += line.startswith("${", at)
        elif inside and line[at] == "}":
            inside -= 1
        at += 1
    return len(line)


def _covered(text: str) -> str:
    return text if not _REFERENCE.sub("", text[1:].removesuffix('"')).strip() else f'"{LEFT_OUT}"'


def _without_password(found: re.Match[str]) -> str:
    return found[0] if not _REFERENCE.sub("", found[2]) else f"{found[1]}{LEFT_OUT}@"
