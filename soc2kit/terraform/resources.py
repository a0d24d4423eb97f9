"""Resources with their settings as plain values, be they declared in files or in what Terraform wrote of a plan.

Folders that a module block calls are followed with the arguments of the call, as deep as they go. What is not known
stays `Unresolved`, and is never taken for a value.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .documents import document_of
from .module import Module
from .parse import Block, Broken, Call, Unresolved, parse

#: How deep modules may call each other: whoever calls himself never ends.
_DEEPEST = 12
#: Arguments of a module block that are Terraform's own.
_OWN = {"source", "version", "count", "for_each", "providers", "depends_on"}
_POLICIES = {"aws_s3_bucket_policy": "policy"}
#: Stands before a reference that is another module's: names in it are no names of the module that it was given to.
OUTER = "//"
_INDEX = re.compile(r"\[[^\]]*\]")
_NEGATIVE = re.compile(r"-\d+")
_WHOLE = re.compile(r"\$\{([^}]*)\}")
#: An attribute of a resource, and nothing beside it: no condition, no data source, no output of a module.
_ATTRIBUTE = re.compile(r"((?:module\.[\w-]+\.)*aws_\w+\.[\w-]+)\.\w+")


@dataclass(frozen=True)
class Resource:
    """One resource: `values` are its attributes by name, and of each kind of block a list of records like this one.

    `address` goes through modules (`module.data.aws_db_instance.app`), `scope` is the module's part of it.
    `optional`: count or for_each decide whether, and how many times, it is there.
    """

    address: str
    type: str
    values: Mapping[str, Any]
    file: str
    line: int = 0
    end: int = 0
    scope: str = ""
    #: The folder that Terraform is started in; resources of two of them know nothing of each other.
    root: str = ""
    optional: bool = False

    @property
    def plain_address(self) -> str:
        """Without the index that count or for_each give."""
        return without_index(self.address)


@dataclass(frozen=True)
class Outside:
    """A module that the folder does not hold, so that nobody can say what it declares."""

    address: str
    source: str
    file: str
    line: int
    root: str


@dataclass
class Declared:
    """What a folder declares; files that cannot be read are told by `broken`, and roots are where Terraform starts."""

    resources: list[Resource] = field(default_factory=list)
    outside: list[Outside] = field(default_factory=list)
    broken: list[tuple[str, Broken]] = field(default_factory=list)
    roots: set[str] = field(default_factory=set)


def without_index(address: str) -> str:
    return _INDEX.sub("", address)


def declared(files: Mapping[str, str]) -> Declared:
    """Everything that the `.tf` files of a folder declare, in the order of path and line."""
    found = Declared()
    folders: dict[str, list[tuple[str, Block]]] = {}
    for path in sorted(name for name in files if name.endswith(".tf")):
        blocks = parse(files[path])
        if isinstance(blocks, Broken):
            found.broken.append((path, blocks))
        else:
            folders.setdefault(posixpath.dirname(path), []).extend((path, block) for block in blocks)
    called = {folder for name, blocks in folders.items() for _, block in blocks if (folder := _called(name, block))}
    found.roots = set(folders) - called
    for root in sorted(found.roots):
        _Walk(root, folders, files, found).module(root, "", {}, optional=False, depth=0)
    found.resources.sort(key=lambda one: (one.file, one.line, one.address))
    return found


def _called(folder: str, block: Block) -> str | None:
    """The folder that a module block calls."""
    source = block.attributes.get("source")
    if block.type != "module" or not isinstance(source, str) or not source.startswith(("./", "../")):
        return None
    return posixpath.normpath(posixpath.join(folder, source)).removeprefix("./").removeprefix(".")


@dataclass
class _Walk:
    """One root and the modules that it calls."""

    root: str
    folders: Mapping[str, list[tuple[str, Block]]]
    files: Mapping[str, str]
    found: Declared

    def module(self, folder: str, scope: str, given: Mapping[str, Any], *, optional: bool, depth: int) -> None:
        blocks = self.folders.get(folder, [])
        defaults = {
            block.labels[0]: block.attributes["default"]
            for _, block in blocks
            if block.type == "variable" and block.labels and "default" in block.attributes
        }
        module = Module(folder, blocks, self.files, {**defaults, **given})
        for file, block in module.resources:
            made = self._resource(module, file, block, scope)
            if made is not None:
                self.found.resources.append(replace(made, optional=made.optional or optional))
        for file, block in blocks:
            if block.type == "module" and block.labels and not _never(block):
                self._call(module, file, block, scope, optional or _perhaps(block), depth)

    def _call(self, module: Module, file: str, block: Block, scope: str, optional: bool, depth: int) -> None:
        inner, folder = f"{scope}module.{block.labels[0]}.", _called(module.folder, block)
        if folder is None or folder not in self.folders or depth == _DEEPEST:
            source = block.attributes.get("source")
            shown = source if isinstance(source, str) else "a source that is not written out"
            self.found.outside.append(Outside(inner.rstrip("."), shown, file, block.line, self.root))
            return
        given = {
            name: _outer(_plain(module.resolve(value)), scope)
            for name, value in block.attributes.items()
            if name not in _OWN
        }
        self.module(folder, inner, given, optional=optional, depth=depth + 1)

    def _resource(self, module: Module, file: str, block: Block, scope: str) -> Resource | None:
        if _never(block):
            return None
        kind, label = block.labels
        values = _values(module, block)
        if kind in _POLICIES and _POLICIES[kind] in block.attributes:
            document = document_of(module, block.attributes[_POLICIES[kind]])
            values[_POLICIES[kind]] = [{"Statement": list(document.statements)}, *map(Unresolved, document.unknown)]
        return Resource(
            f"{scope}{kind}.{label}", kind, values, file, block.line, block.end, scope, self.root, _perhaps(block)
        )


def _never(block: Block) -> bool:
    return block.attributes.get("count") == 0


def _perhaps(block: Block) -> bool:
    return "for_each" in block.attributes or block.attributes.get("count", 1) != 1


def _values(module: Module, block: Block) -> dict[str, Any]:
    values: dict[str, Any] = {name: _plain(module.resolve(value)) for name, value in block.attributes.items()}
    for inner in block.blocks:
        if inner.type == "dynamic" and inner.labels:
            values.setdefault(inner.labels[0], []).append(Unresolved(f'dynamic "{inner.labels[0]}"'))
        else:
            values.setdefault(inner.type, []).append(_values(module, inner))
    return values


def _plain(value: Any) -> Any:
    """A call that Terraform has to make is not known; a text that is one reference is that reference."""
    if isinstance(value, Unresolved) and _NEGATIVE.fullmatch(value.text):
        return int(value.text)
    if isinstance(value, Call):
        return Unresolved(value.text)
    if isinstance(value, str) and (whole := _WHOLE.fullmatch(value)):
        return Unresolved(whole[1])
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _outer(value: Any, scope: str) -> Any:
    if isinstance(value, Unresolved):
        return value if value.text.startswith(OUTER) else Unresolved(f"{OUTER}{scope}{value.text}")
    if isinstance(value, list):
        return [_outer(item, scope) for item in value]
    return value


def records(values: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any] | Unresolved]:
    """The blocks of a name, whichever way they are written: none, one or several."""
    found = values.get(name)
    for one in found if isinstance(found, list) else [] if found is None else [found]:
        yield one if isinstance(one, Mapping | Unresolved) else Unresolved(str(one))


def open_parts(value: Any) -> list[str]:
    """What of a value is not known, in Terraform's words."""
    if isinstance(value, Unresolved):
        return [value.text.removeprefix(OUTER)]
    if isinstance(value, str):
        return [match[0] for match in _WHOLE.finditer(value)]
    if isinstance(value, list):
        return [part for item in value for part in open_parts(item)]
    return []


def reference(resource: Resource, value: Any) -> str | None:
    """The address of the resource that an expression names, as in `aws_s3_bucket.lake.id`; None for any other."""
    if not isinstance(value, Unresolved):
        return None
    text = without_index(value.text)
    scope = "" if text.startswith(OUTER) else resource.scope
    found = _ATTRIBUTE.fullmatch(text.removeprefix(OUTER))
    return None if found is None else scope + found[1]
