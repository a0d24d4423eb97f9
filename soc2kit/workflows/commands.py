"""The commands of a step's script, as words. Comments, texts that are only printed and here-documents hold none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .kinds import COMMANDS, KINDS, STARTERS, TASK_RUNNERS, of_task

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_HERE = re.compile(r"(?<!<)<<-?\s*(['\"]?)(\w+)\1")
_PIECE = re.compile(
    r"(?P<space>[ \t\r]+)|(?P<quoted>'[^']*'|\"(?:\\.|[^\"\\])*\")|(?P<comment>(?<![^\s;&|()])\#[^\n]*)"
    r"|(?P<end>&&|\|\||;;|[;|&\n()])|(?P<word>\\.|[^\s'\"\\;|&()]+|.)",
    re.DOTALL,
)
_PRINTING = {"echo", "printf", ":", "true", "Write-Host", "Write-Output", "cat", "grep"}
# What may stand before a command without changing what it is.
_BEFORE = {"sudo", "time", "env", "exec", "command", "nice", "then", "do", "else", "xvfb-run", "{", "!", "cross-env"}
_ASKING = {"if", "elif", "while", "until"}
#: Options whose value is the next word.
_WITH_VALUE = {
    "-C", "-F", "-f", "-w", "-p", "--cwd", "--dir", "--directory", "--extra", "--file", "--filter", "--group",
    "--manifest-path", "--prefix", "--project", "--python", "--package", "--with", "--workspace", "--config",
}  # fmt: skip
_OF_SEVERAL = {"make", "just", "task", "rake", "gradle", "gradlew", "turbo", "invoke", "inv", "nox", "mage"}
_ONLY_SAYING = {"--version", "--help", "-h", "--collect-only", "--showconfig"}


@dataclass(frozen=True)
class Command:
    """`may_fail`: what comes after it runs, and the step can pass, though it did not."""

    words: tuple[str, ...]
    may_fail: bool = False


@dataclass(frozen=True)
class Recognised:
    kinds: tuple[str, ...]
    text: str
    may_fail: bool


def commands(script: str, *, pipefail: bool) -> Iterator[Command]:
    """`pipefail`: whether a pipe fails with its first command, which GitHub's default shell does not do."""
    pipefail = pipefail or re.search(r"set\s+-\w*o\w*\s+pipefail|set\s+-\w*o\s+pipefail", script) is not None
    found = list(_split(_EXPRESSION.sub("EXPRESSION", _without_here_documents(script.replace("\\\n", " ")))))
    for position, (words, end) in enumerate(found):
        following = found[position + 1][0] if position + 1 < len(found) else []
        asked = bool(words) and words[0] in _ASKING
        forgiven = end == "||" and (not following or following[0] in _PRINTING or following[:2] == ["exit", "0"])
        plain = _without_prefix(words)
        if plain and plain[0] not in _PRINTING:
            yield Command(tuple(plain), asked or forgiven or (end == "|" and not pipefail))


def _without_here_documents(script: str) -> str:
    kept, ends = [], list[str]()
    for line in script.split("\n"):
        if ends:
            ends = ends[1:] if line.strip() == ends[0] else ends
            continue
        kept.append(line)
        ends = [found[2] for found in _HERE.finditer(line)]
    return "\n".join(kept)


def _split(script: str) -> Iterator[tuple[list[str], str]]:
    """Simple commands, each with what ended it."""
    words: list[str] = []
    glued = False
    for piece in _PIECE.finditer(script):
        kind, text = piece.lastgroup, piece[0]
        if kind == "end":
            yield words, text
            words = []
        elif kind in ("word", "quoted"):
            plain = text[1:-1] if kind == "quoted" else text
            if glued and words:
                words[-1] += plain
            else:
                words.append(plain)
        glued = kind in ("word", "quoted")
    yield words, "\n"


def _without_prefix(words: Sequence[str]) -> list[str]:
    start = 0
    while start < len(words) and (
        words[start] in _BEFORE or words[start] in _ASKING or re.match(r"[A-Za-z_]\w*=", words[start])
    ):
        start += 1
    return list(words[start:])


def recognised(command: Command) -> Recognised | None:
    """What a command does, by the published table."""
    words = list(command.words)
    if _ONLY_SAYING & set(words):
        return None
    shown = " ".join(words)[:80]
    for _ in range(4):
        kinds = _kinds_of(words)
        if kinds:
            return Recognised(kinds, shown, command.may_fail)
        shorter = _without_runner(words)
        if shorter == words:
            return None
        words = shorter
    return None


def script_of(command: Command) -> str | None:
    """The script of the repository that a command runs and that nobody reads here."""
    words = [word for word in command.words if not word.startswith("-")]
    if words and words[0] in ("bash", "sh", "zsh", "source", "."):
        words = words[1:]
    first = words[0] if words else ""
    is_script = first.endswith(".sh") or (
        first.startswith(("./", "scripts/", "bin/", "ci/")) and "node_modules" not in first
    )
    return first if is_script else None


def _kinds_of(words: Sequence[str]) -> tuple[str, ...]:
    if not words:
        return ()
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    plain = _without_options([words[0].rpartition("/")[2], *words[1:]])
    named = _environments(plain[0], words) if plain else None
    if named is not None:
        return named
    found = {
        kind
        for kind, entry in COMMANDS
        if tuple(plain[: len(_plain(entry))]) == _plain(entry) and options >= {w for w in entry if w.startswith("-")}
    }
    if not found:
        for runner in TASK_RUNNERS:
            if tuple(plain[: len(runner)]) == runner and len(plain) > len(runner):
                # These take several tasks; what follows the task of any other is for the task.
                tasks = plain[len(runner) :] if runner[0] in _OF_SEVERAL else plain[len(runner) : len(runner) + 1]
                found = {kind for task in tasks if (kind := of_task(task))}
            if found:
                break
    return tuple(kind for kind in KINDS if kind in found)


def _plain(entry: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in entry if not word.startswith("-"))


def _environments(tool: str, words: Sequence[str]) -> tuple[str, ...] | None:
    """tox and nox run what their environments are named after; without a name they run all, which are tests."""
    if tool not in ("tox", "nox"):
        return None
    chosen = [words[place + 1] for place, word in enumerate(words[:-1]) if word in ("-e", "-s", "--sessions")]
    kinds = {of_task(name) or "test" for text in chosen for name in text.split(",")}
    return tuple(kind for kind in KINDS if kind in kinds) or ("test",)


def _without_options(words: Sequence[str]) -> list[str]:
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _WITH_VALUE
        else:
            kept.append(word)
    return kept


def _without_runner(words: list[str]) -> list[str]:
    """Without a program that only starts another, and its options."""
    first = [words[0].rpartition("/")[2], *words[1:]]
    for runner in STARTERS:
        if tuple(first[: len(runner)]) == runner:
            rest = words[len(runner) :]
            while rest and rest[0].startswith("-"):
                rest = rest[2:] if rest[0] in _WITH_VALUE else rest[1:]
            return rest
    return words
