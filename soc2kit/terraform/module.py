"""One folder of Terraform files, which is one module: what its text says of a value."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .parse import Block, Call, Unresolved

Blocks = Iterable[tuple[str, Block]]  # each with the file that it stands in
_PLACEHOLDER = re.compile(r"\$\{([\w.-]+)\}")
_LOCAL, _VARIABLE, _DOCUMENT = "local.", "var.", "data.aws_iam_policy_document."
#: Of one resource, and so one thing, whatever its name turns out to be.
_ONE_THING = re.compile(r"(?:data\.)?aws_\w+\.[\w-]+(?:\[[^\]]*\])?\.(?:arn|id|name|unique_id|bucket)")


class Module:
    """The locals, policy documents and resources of a folder, and the text files that it may read.

    `variables` are those whose values are known; any other stays unresolved.
    """

    def __init__(
        self, folder: str, blocks: Blocks, texts: Mapping[str, str], variables: Mapping[str, Any] | None = None
    ) -> None:
        self.folder, self._texts = folder, texts
        self._variables = variables or {}
        self.resources: list[tuple[str, Block]] = []
        self._locals: dict[str, Any] = {}
        self.data: dict[tuple[str, str], Block] = {}
        for file, block in blocks:
            if block.type == "resource" and len(block.labels) == 2:
                self.resources.append((file, block))
            elif block.type == "locals":
                self._locals.update(block.attributes)
            elif block.type == "data" and len(block.labels) == 2:
                self.data[block.labels[0], block.labels[1]] = block
        self._resolving: set[str] = set()

    def resolve(self, value: Any) -> Any:
        """A value with everything in it that the module's text tells; the rest stays `Unresolved` or `${…}`."""
        if isinstance(value, Unresolved):
            return self._reference(value)
        if isinstance(value, Call):
            return self._called(value)
        if isinstance(value, str):
            return _PLACEHOLDER.sub(self._inside, value)
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if isinstance(value, dict):
            return {key: self.resolve(item) for key, item in value.items()}
        return value

    def _reference(self, value: Unresolved) -> Any:
        if value.text.startswith(_VARIABLE):
            return self._variables.get(value.text.removeprefix(_VARIABLE), value)
        name = value.text.removeprefix(_LOCAL)
        # Locals that need each other are an error in Terraform, not here.
        if name != value.text and name in self._locals and name not in self._resolving:
            self._resolving.add(name)
            try:
                return self.resolve(self._locals[name])
            finally:
                self._resolving.discard(name)
        return value

    def _inside(self, match: re.Match[str]) -> str:
        value = self._reference(Unresolved(match[1]))
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else match[0]

    def _called(self, call: Call) -> Any:
        if call.name in ("file", "jsonencode", "jsondecode"):
            return call
        function = _FUNCTIONS.get(call.name)
        arguments = [self.resolve(argument) for argument in call.arguments]
        if function is None or any(isinstance(argument, Unresolved | Call) for argument in arguments):
            return Unresolved(call.text)
        try:
            return function(*arguments)
        except (TypeError, ValueError):
            return Unresolved(call.text)

    def document_block(self, text: str) -> Block | None:
        """The `aws_iam_policy_document` of this module that `data.aws_iam_policy_document.x.json` means."""
        name, dot, attribute = text.removeprefix(_DOCUMENT).partition(".")
        if not text.startswith(_DOCUMENT) or not dot or attribute not in ("json", "minified_json"):
            return None
        return self.data.get(("aws_iam_policy_document", name))

    def file_text(self, path: Any) -> str | None:
        """The text of a file that the module reads with `file(…)`, where the evidence holds it."""
        if not isinstance(path, str):
            return None
        plain = re.sub(r"^\$\{path\.module\}/", "", path)
        # `path.root` is where Terraform was started, which nothing here tells.
        return None if "${" in plain else self._texts.get(posixpath.normpath(posixpath.join(self.folder, plain)))


def parsed_json(text: str) -> Any:
    """JSON of a heredoc or a file; interpolations that stand for whole values make it unreadable."""
    try:
        return json.loads(text)
    except ValueError:
        return Unresolved("JSON that is put together when Terraform runs")


def unresolved(value: Any) -> Iterator[str]:
    """What in a value is not known, in Terraform's words."""
    if isinstance(value, Unresolved | Call):
        yield value.text
    elif isinstance(value, list):
        for item in value:
            yield from unresolved(item)
    elif isinstance(value, str):
        yield from (match[0] for match in re.finditer(r"\$\{[^}:]*\}", value))


def one_thing(text: str) -> bool:
    """Whether an expression names a single resource: what it is called is open, but it is not everything."""
    return _ONE_THING.fullmatch(text) is not None


def _concat(*lists: Any) -> list[Any]:
    return [item for one in lists for item in _as_list(one)]


def _as_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "concat": _concat,
    "toset": _as_list,
    "tolist": _as_list,
    "distinct": _as_list,
    "sort": _as_list,
    "compact": lambda items: [item for item in _as_list(items) if item],
    "flatten": lambda items: _concat(*(item if isinstance(item, list) else [item] for item in _as_list(items))),
    "merge": lambda *objects: {key: value for one in objects for key, value in dict(one).items()},
}
