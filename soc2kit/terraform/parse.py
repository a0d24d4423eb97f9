"""A file's text as blocks with line numbers, and its expressions as plain values.

Texts, numbers, flags, lists and objects become Python's; a call of a function becomes a `Call`; everything else an
`Unresolved` that keeps its text. Inside a text an interpolation stays as it is written, `${…}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Unresolved:
    """An expression that its text alone gives no value."""

    text: str


@dataclass(frozen=True)
class Call:
    """A call of one of Terraform's functions."""

    name: str
    arguments: tuple[Any, ...]
    text: str


@dataclass(frozen=True)
class Block:
    """`resource "aws_iam_policy" "deploy" { … }`: type and labels, its first and last line, and what it holds."""

    type: str
    labels: tuple[str, ...]
    line: int
    attributes: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    end: int = 0

    def of_type(self, name: str) -> Iterator[Block]:
        return (block for block in self.blocks if block.type == name)


@dataclass(frozen=True)
class Broken:
    """A file that is not Terraform's language, and why."""

    why: str
    line: int


# A folder's files change seldom, and the parser takes some ten milliseconds for a page of text: each distinct text is
# parsed once, however many snapshots hold it.
@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Block, ...] | Broken:
    """The blocks of a file, or why it cannot be read."""
    # Loaded when first needed: the parser's grammar takes a second, and most assessments have no Terraform.
    import hcl2
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        tree = hcl2.parses(text if text.endswith("\n") else text + "\n", discard_comments=True)
        return tuple(_body(tree.body)[1])
    except UnexpectedInput as error:
        return Broken("it is not Terraform's language", int(getattr(error, "line", 0) or 0))
    except (LarkError, RuntimeError, ValueError) as error:
        return Broken(f"it cannot be read ({type(error).__name__})", 0)


def _body(body: Any) -> tuple[dict[str, Any], list[Block]]:
    from hcl2.rules.base import AttributeRule, BlockRule

    attributes: dict[str, Any] = {}
    blocks = []
    for child in body.children:
        if isinstance(child, AttributeRule):
            attributes[str(child.identifier.token.value)] = _value(child.expression)
        elif isinstance(child, BlockRule):
            kind, *labels = (_label(label) for label in child.labels)
            inner, nested = _body(child.body)
            first, last = int(child._meta.line), int(child._meta.end_line)
            blocks.append(Block(kind, tuple(labels), first, inner, tuple(nested), last))
    return attributes, blocks


def _label(node: Any) -> str:
    value = _value(node)
    return value.text if isinstance(value, Unresolved) else str(value)


def _value(node: Any) -> Any:
    """An expression as a value. Names of the parser's rules are looked up: its classes are many and change."""
    reader = _READERS.get(node.lark_name())
    return Unresolved(_text(node)) if reader is None else reader(node)


def _text(node: Any) -> str:
    written = str(node.serialize())
    return written[2:-1] if written.startswith("${") and written.endswith("}") else written


def _string(node: Any) -> str:
    from hcl2.utils import process_escape_sequences

    parts = []
    for part in node.string_parts:
        content = part.content
        name = content.lark_name()
        if name == "STRING_CHARS":
            parts.append(process_escape_sequences(str(content.value)))
        elif name == "ESCAPED_INTERPOLATION":
            # Two dollars are one: a variable of IAM's own, not of Terraform's.
            parts.append(str(content.value)[1:])
        elif name == "interpolation":
            value = _value(content.expression)
            parts.append(value if isinstance(value, str) else f"${{{_text(content.expression)}}}")
        else:
            parts.append(str(part.serialize()))
    return "".join(parts)


def _heredoc(node: Any) -> str:
    lines = str(node.heredoc.value).rstrip().splitlines()
    return "\n".join(lines[1:-1]).replace("$${", "${")


def _object(node: Any) -> dict[str, Any] | Unresolved:
    found = {}
    for element in node.elements:
        key = element.key
        name = _label(key.value) if key.lark_name() == "object_elem_key" else _label(key.expression)
        found[name] = _value(element.expression)
    return found


def _call(node: Any) -> Call:
    name = "::".join(str(identifier.token.value) for identifier in node.identifiers)
    given = node.arguments
    return Call(name, tuple(_value(argument) for argument in given.arguments) if given else (), _text(node))


_READERS: Mapping[str, Any] = {
    "expr_term": lambda node: _value(node.expression),
    "string": _string,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "literal_value": lambda node: node.serialize(),
    "int_lit": lambda node: node.serialize(),
    "float_lit": lambda node: node.serialize(),
    "tuple": lambda node: [_value(element) for element in node.elements],
    "object": _object,
    "function_call": _call,
}
