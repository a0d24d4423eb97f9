"""Terraform files without what is a secret by its name, which somebody wrote into one and which is no evidence."""

from __future__ import annotations

import re

#: Stands in place of what was written out.
LEFT_OUT = "[left out]"
_NAME = r"(?:\w*_)?(?:password|passwd|secret|secret_key|secret_string|token|private_key|api_key)"
_ATTRIBUTE = re.compile(rf'^\s*"?{_NAME}"?\s*[=:]\s*', re.IGNORECASE)
_VARIABLE = re.compile(rf'^\s*variable\s+"{_NAME}"', re.IGNORECASE)
_DEFAULT = re.compile(r"^\s*default\s*=\s*")
_HEREDOC = re.compile(r"<<[-~]?\s*(\w+)\s*$")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_REFERENCE = re.compile(r"\$\{[^}]*\}")


def without_secrets(text: str) -> str:
    """The same lines, with no text written out where the name of an attribute or a variable says that it is a secret.

    References stay. A secret under another name is not known here; a scanner for secrets finds it.
    """
    lines, until, depth, in_variable = [], "", 0, False
    for line in text.split("\n"):
        if until:
            until, line = ("", line) if line.strip() == until else (until, LEFT_OUT)
        elif depth > 0:
            depth += _depth(line)
            line = _TEXT.sub(_covered, line)
        elif _ATTRIBUTE.match(line) or (in_variable and _DEFAULT.match(line)):
            heredoc = _HEREDOC.search(line)
            until, depth = (heredoc[1], 0) if heredoc else ("", _depth(line))
            start = line.index("=") if "=" in line else line.index(":")
            line = line[: start + 1] + _TEXT.sub(_covered, line[start + 1 :])
        in_variable = bool(_VARIABLE.match(line)) or (in_variable and line.rstrip() != "}")
        lines.append(line)
    return "\n".join(lines)


def _depth(line: str) -> int:
    """How many brackets a line leaves open, outside of texts."""
    bare = _TEXT.sub("", line)
    return sum(bare.count(one) for one in "([{") - sum(bare.count(one) for one in ")]}")


def _covered(found: re.Match[str]) -> str:
    return found[0] if not _REFERENCE.sub("", found[1]).strip() else f'"{LEFT_OUT}"'
