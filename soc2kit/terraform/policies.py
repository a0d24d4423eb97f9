"""The IAM policies and attachments that a folder of Terraform files declares."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..iam_policy.conditions import listed
from .documents import Document, document_of
from .module import Module
from .parse import Block, Broken, Call, Unresolved, parse

_INLINE = {"aws_iam_user_policy": "user", "aws_iam_group_policy": "group", "aws_iam_role_policy": "role"}
_ATTACHMENTS = {
    "aws_iam_user_policy_attachment": ("user",),
    "aws_iam_group_policy_attachment": ("group",),
    "aws_iam_role_policy_attachment": ("role",),
    "aws_iam_policy_attachment": ("users", "groups", "roles"),
}
_AWS_POLICY = re.compile(r"arn:[\w${}.-]+:iam::aws:policy/(.+)")


@dataclass(frozen=True)
class Declared:
    """A policy, an attachment, or a file that cannot be read.

    `name` is what the policy is called in AWS, with `${…}` for what is not known of it. `optional`: count or for_each
    decide whether, and how many times, it is there.
    """

    file: str
    line: int
    address: str
    type: str
    name: str | None = None
    holder: str | None = None
    document: Document | None = None
    attached: str | None = None
    optional: bool = False
    #: Whether an attachment is to users; those that it does not tell may be some.
    to_users: bool = False
    why: str | None = None


def declared(files: Mapping[str, str]) -> Iterator[Declared]:
    """Everything declared in files given by their paths, in the order of path and line."""
    modules: dict[str, list[tuple[str, Block]]] = {}
    found: list[Declared] = []
    for path in sorted(files):
        if not path.endswith(".tf"):
            continue
        blocks = parse(files[path])
        if isinstance(blocks, Broken):
            found.append(Declared(path, blocks.line, path, "file", why=blocks.why))
        else:
            modules.setdefault(posixpath.dirname(path), []).extend((path, block) for block in blocks)
    for folder, blocks_of in modules.items():
        module = Module(folder, blocks_of, files)
        for path, block in module.resources:
            found += _of_resource(module, path, block)
    yield from sorted(found, key=lambda one: (one.file, one.line, one.address))


def _of_resource(module: Module, path: str, block: Block) -> Iterator[Declared]:
    kind, label = block.labels
    optional = "for_each" in block.attributes or block.attributes.get("count", 1) != 1
    if block.attributes.get("count") == 0:
        return
    base = Declared(path, block.line, f"{kind}.{label}", kind, optional=optional)
    if kind == "aws_iam_policy" or kind in _INLINE:
        holder = _plain(module.resolve(block.attributes.get(_INLINE[kind]))) if kind in _INLINE else None
        document = document_of(module, block.attributes.get("policy"))
        yield replace(base, name=_name(module, block), holder=holder, document=document)
    elif kind in _ATTACHMENTS:
        names = [item for key in _ATTACHMENTS[kind] for item in listed(module.resolve(block.attributes.get(key)))]
        holder = ", ".join(str(_plain(name)) for name in names) or None
        users = any(listed(module.resolve(block.attributes.get(key))) for key in ("user", "users"))
        attached = _attached(module, block.attributes.get("policy_arn"))
        yield replace(base, holder=holder, attached=attached, to_users=users)
    elif kind in ("aws_iam_role", "aws_iam_user"):
        yield from _within(module, base, block)


def _within(module: Module, base: Declared, block: Block) -> Iterator[Declared]:
    """Policies that a role's own block declares."""
    holder = _name(module, block)
    for position, inner in enumerate(block.of_type("inline_policy"), start=1):
        if "policy" in inner.attributes:
            yield replace(
                base, line=inner.line, address=f"{base.address}.inline_policy[{position - 1}]",
                type="aws_iam_role_policy", name=_name(module, inner), holder=holder,
                document=document_of(module, inner.attributes["policy"]),
            )  # fmt: skip
    for position, value in enumerate(listed(module.resolve(block.attributes.get("managed_policy_arns")))):
        yield replace(
            base, address=f"{base.address}.managed_policy_arns[{position}]", type="aws_iam_role_policy_attachment",
            holder=holder, attached=_attached(module, value),
        )  # fmt: skip


def _name(module: Module, block: Block) -> str:
    """What it is called; Terraform makes up the end of a prefix, and all of a name that is not given."""
    if "name" in block.attributes:
        return str(_plain(module.resolve(block.attributes["name"])))
    prefix = block.attributes.get("name_prefix")
    start = str(_plain(module.resolve(prefix))) if prefix is not None else "terraform-"
    return f"{start}${{a suffix of Terraform's}}"


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    return f"${{{value.text}}}" if isinstance(value, Unresolved | Call) else str(value)


def _attached(module: Module, value: Any) -> str | None:
    """The name of an AWS-managed policy, else the expression: what it points to is declared or unknown itself."""
    text = _plain(module.resolve(value))
    if text is None:
        return None
    owned = _AWS_POLICY.fullmatch(text)
    if owned:
        return owned[1].rpartition("/")[2]
    data = re.fullmatch(r"\$\{data\.aws_iam_policy\.([\w-]+)\.arn\}", text)
    source = module.data.get(("aws_iam_policy", data[1])) if data else None
    if source is None:
        return text
    named = source.attributes.get("name") or source.attributes.get("arn")
    return str(named).rpartition("/")[2] if isinstance(named, str) else text
