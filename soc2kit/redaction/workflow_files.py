"""Workflow files without what people wrote beside the code: their comments are left out."""

from __future__ import annotations

import re
from typing import Any

from .answers import REDACTED_TEXT

DATASET = "github.workflow_files"
# A line of its own is a comment to YAML and to a shell alike; behind code it is one where no quote can hold the sign.
_OWN_LINE = re.compile(r"^([ \t]*)#(?!!).*$", re.MULTILINE)
_AFTER_CODE = re.compile(r"^([^#'\"\n]*\S)([ \t]+)#[^\n]*$", re.MULTILINE)


def without_comments(pages: list[Any]) -> list[Any]:
    return [{**page, "answer": _answer(page["answer"])} for page in pages]


def _answer(answer: Any) -> Any:
    repository = answer["repository"]
    folder = repository["object"]
    if not folder or "entries" not in folder:
        return answer
    return {**answer, "repository": {**repository, "object": {**folder, "entries": [*map(_entry, folder["entries"])]}}}


def _entry(entry: Any) -> Any:
    blob = entry["object"]
    if not blob or not isinstance(blob.get("text"), str):
        return entry
    shorter = _AFTER_CODE.sub(rf"\1\2# {REDACTED_TEXT}", _OWN_LINE.sub(rf"\1# {REDACTED_TEXT}", blob["text"]))
    return {**entry, "object": {**blob, "text": shorter}}
