"""Policy documents as Terraform declares them: `jsonencode(…)`, JSON in a text or a file, and policy document blocks.

A document is IAM's JSON with what is not known taken out, and the reasons why it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..iam_policy.conditions import listed
from .module import Module, one_thing, parsed_json, unresolved
from .parse import Block, Call, Unresolved

_UNKNOWN = "(a condition not known)"
_NAMES = ("Action", "NotAction", "Resource", "NotResource")


@dataclass(frozen=True)
class Document:
    """`statements` that are wholly known; `unknown` says in Terraform's words what the others depend on."""

    statements: tuple[dict[str, Any], ...]
    unknown: tuple[str, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether all of it is known, but for parts of names."""
        return not self.unknown and not any(
            _UNKNOWN in keys for one in self.statements for keys in one.get("Condition", {}).values()
        )

    @property
    def json(self) -> dict[str, Any]:
        return {"Statement": list(self.statements)}


def document_of(module: Module, value: Any) -> Document:
    """The document that an expression gives."""
    value = module.resolve(value)
    if isinstance(value, Call) and value.name == "jsonencode" and len(value.arguments) == 1:
        return _from_json(module.resolve(value.arguments[0]))
    if isinstance(value, Call) and value.name == "file" and len(value.arguments) == 1:
        text = module.file_text(module.resolve(value.arguments[0]))
        return Document((), (value.text,)) if text is None else _from_json(parsed_json(text))
    if isinstance(value, str):
        inner = value.strip().removeprefix("${").removesuffix("}")
        block = module.document_block(inner)
        return _from_json(module.resolve(parsed_json(value))) if block is None else _from_block(module, block)
    if isinstance(value, Unresolved):
        block = module.document_block(value.text)
        return Document((), (value.text,)) if block is None else _from_block(module, block)
    return Document((), (getattr(value, "text", "a policy that is no text"),))


def _from_json(value: Any) -> Document:
    if not isinstance(value, dict) or "Statement" not in value:
        return Document((), tuple(unresolved(value)) or ("a policy without statements",))
    statements, unknown = [], []
    for entry in listed(value["Statement"]):
        reasons = list(_reasons(entry)) if isinstance(entry, dict) else list(unresolved(entry))
        unknown += reasons
        if not reasons and isinstance(entry, dict):
            statements.append({**_named(entry), "Condition": _condition(entry.get("Condition"))})
    return Document(tuple(statements), tuple(dict.fromkeys(unknown)))


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    """A statement with Terraform's expressions in place of names that are not known."""
    return {key: [_plain(item) for item in listed(value)] if key in _NAMES else value for key, value in entry.items()}


def _reasons(entry: dict[str, Any]) -> Iterator[str]:
    """What of a statement is not known. A resource of which a part is known is not everything: that is enough."""
    yield from unresolved(entry.get("Effect"))
    for name in _NAMES:
        for item in listed(entry.get(name)):
            found = list(unresolved(item))
            if name.endswith("Resource") and found and _enough(item, found):
                continue
            yield from found


def _enough(resource: Any, found: list[str]) -> bool:
    if isinstance(resource, Unresolved):
        return one_thing(resource.text)
    if not isinstance(resource, str):
        return False
    rest = resource
    for part in found:
        rest = rest.replace(part, "")
    return rest.strip("*:/") != "" or any(one_thing(part[2:-1]) for part in found)


def _condition(value: Any) -> dict[str, Any]:
    """A condition whose values are not known is still one; one of which nothing is known is taken to limit little."""
    if not isinstance(value, dict):
        return {} if value is None else {"StringNotEquals": {_UNKNOWN: "?"}}
    return {
        operator: {key: [_plain(item) for item in listed(values)] for key, values in keys.items()}
        if isinstance(keys, dict)
        else {_UNKNOWN: "?"}
        for operator, keys in value.items()
    }


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"${{{value.text}}}" if isinstance(value, Unresolved | Call) else str(value)


def _from_block(module: Module, block: Block) -> Document:
    """`data "aws_iam_policy_document"`: sources first, its own statements over those, overrides last."""
    found = Document((), ())
    for name in ("source_json", "source_policy_documents"):
        found = _over(found, _others(module, block, name))
    found = _over(found, _from_json({"Statement": [_statement(module, one) for one in block.of_type("statement")]}))
    for name in ("override_json", "override_policy_documents"):
        found = _over(found, _others(module, block, name))
    dynamic = tuple(f'dynamic "{one.labels[0]}"' for one in block.of_type("dynamic") if one.labels)
    return Document(found.statements, (*found.unknown, *dynamic))


def _others(module: Module, block: Block, name: str) -> Document:
    found = Document((), ())
    for value in listed(module.resolve(block.attributes.get(name))):
        found = _over(found, document_of(module, value))
    return found


def _over(under: Document, over: Document) -> Document:
    """A statement replaces that of the same Sid."""
    named = {one["Sid"] for one in over.statements if one.get("Sid")}
    kept = tuple(one for one in under.statements if one.get("Sid") not in named)
    return Document((*kept, *over.statements), (*under.unknown, *over.unknown))


def _statement(module: Module, block: Block) -> dict[str, Any]:
    """A `statement` block as IAM's JSON. `&{…}` is a variable of IAM's, as Terraform keeps `${…}` for itself."""
    names = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
    entry: dict[str, Any] = {"Effect": module.resolve(block.attributes.get("effect", "Allow"))}
    if isinstance(block.attributes.get("sid"), str):
        entry["Sid"] = block.attributes["sid"]
    for name, theirs in names.items():
        if name in block.attributes:
            items = listed(module.resolve(block.attributes[name]))
            entry[theirs] = [item.replace("&{", "${") if isinstance(item, str) else item for item in items]
    for one in block.of_type("principals"):
        kind, names_of = (module.resolve(one.attributes.get(key)) for key in ("type", "identifiers"))
        principals = entry.setdefault("Principal", {})
        principals.setdefault("AWS" if kind == "*" else _plain(kind), []).extend(map(_plain, listed(names_of)))
    condition: dict[str, Any] = {}
    for one in block.of_type("condition"):
        test, variable = (_plain(module.resolve(one.attributes.get(key))) for key in ("test", "variable"))
        condition.setdefault(test, {})[variable] = listed(module.resolve(one.attributes.get("values")))
    for one in block.of_type("dynamic"):
        # A condition that may or may not be there limits nothing for sure; other parts may be anything.
        if one.labels == ("condition",):
            condition.setdefault("StringNotEquals", {})[_UNKNOWN] = "?"
        else:
            entry["Action"] = [Unresolved(f'dynamic "{" ".join(one.labels)}"')]
    return {**entry, "Condition": condition} if condition else entry
