"""What Terraform itself writes of plans and states (`terraform show -json`, `terraform plan -json`), cut down.

A state has every password in plain text. So the choice is made before anything is written: of the resources that tests
read, the attributes that they read; of all others no more than that there are so many. Whatever Terraform marks as
sensitive is left out even there. Of changes there stay the address and what is to be done, never a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .kept import KEPT, LINKS
from .parse import Unresolved
from .resources import Resource, without_index

Document = dict[str, Any]
#: Stands for a value that Terraform marks as sensitive, or will know once it was run.
SENSITIVE, LATER = {"unknown": "it is sensitive"}, {"unknown": "known after apply"}
_MAJOR = "1"
#: The second two are what the lines of a log call them.
_NOTHING_TO_DO = (["no-op"], ["read"], ["noop"])


def cut_down(text: str) -> Document | None:
    """A plan or a state without what no test reads; None for a text that is neither.

    One that Terraform wrote in a form that is not known here has nothing but `problem`.
    """
    try:
        document = json.loads(text)
    except ValueError:
        return _log(text)
    except RecursionError:
        return None
    if not isinstance(document, dict):
        return None
    if "lineage" in document and "serial" in document:
        return {"kind": "unread", "problem": "it is a state as Terraform keeps it; write `terraform show -json`"}
    if "format_version" not in document or not {"terraform_version", "planned_values", "values"} & set(document):
        return _log(text)
    version = str(document["format_version"])
    if version.partition(".")[0] not in (_MAJOR, "0"):
        return {"kind": "unread", "problem": f"format_version is {version[:20]}; {_MAJOR} is known"}
    try:
        return _plan(document) if "planned_values" in document or "resource_changes" in document else _state(document)
    except (AttributeError, KeyError, TypeError) as error:
        return {"kind": "unread", "problem": f"it has another shape than Terraform writes ({type(error).__name__})"}


def _about(kind: str, document: Mapping[str, Any]) -> Document:
    names = ("format_version", "terraform_version", "timestamp", "errored", "complete")
    return {"kind": kind, **{name: document[name] for name in names if isinstance(document.get(name), str | bool)}}


def _state(document: Mapping[str, Any]) -> Document:
    listed = list(_resources((document.get("values") or {}).get("root_module") or {}))
    return {**_about("state", document), **_split(listed, {})}


def _plan(document: Mapping[str, Any]) -> Document:
    listed = list(_resources((document.get("planned_values") or {}).get("root_module") or {}))
    changes = document.get("resource_changes") or []
    # What is left of an earlier replacement has the address of what took its place, and is only to be deleted.
    later = {one["address"]: one.get("change") or {} for one in changes if not one.get("deposed")}
    root = (document.get("configuration") or {}).get("root_module") or {}
    links = dict(_links(root, ""))
    prior = ((document.get("prior_state") or {}).get("values") or {}).get("root_module") or {}
    known = {one["address"]: one.get("values") or {} for one in _resources(prior)}
    made = _split(listed, later, links, known)
    return {
        **_about("plan", document), **made,
        "changes": [one for one in map(_change, changes) if changing(one["actions"])],
        "unchanged": sum(not changing(_change(one)["actions"]) for one in changes),
        "drift": [_change(one) for one in document.get("resource_drift") or []],
    }  # fmt: skip


def _change(one: Mapping[str, Any]) -> Document:
    change = one.get("change") or {}
    actions = [str(action) for action in change.get("actions") or []]
    moved = one.get("previous_address") not in (None, one["address"]) and actions == ["no-op"]
    actions = ["move"] if moved else actions
    imported = ["import"] if change.get("importing") else []
    return {"address": str(one["address"]), "type": str(one.get("type", "")), "actions": [*imported, *actions]}


def changing(actions: list[str]) -> bool:
    """Whether anything is to be done."""
    return actions not in _NOTHING_TO_DO


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in module.get("resources") or [] if not one.get("deposed_key"))
    for child in module.get("child_modules") or []:
        yield from _resources(child)


def _split(
    listed: list[Mapping[str, Any]],
    later: Mapping[str, Mapping[str, Any]],
    links: Mapping[str, Mapping[str, list[str]]] | None = None,
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> Document:
    kept = []
    managed = [one for one in listed if one.get("mode", "managed") == "managed"]
    for one in managed:
        wanted = KEPT.get(str(one["type"]))
        if wanted is None:
            continue
        change = later.get(one["address"], {})
        masks = (one.get("sensitive_values") or {}, change.get("after_sensitive") or {})
        values = _chosen(one.get("values") or {}, wanted, masks, change.get("after_unknown") or {})
        made: Document = {"address": str(one["address"]), "type": str(one["type"]), "values": values}
        # What a thing is called in AWS stays the same over a change, and only the state has all of it.
        made["values"] |= {
            name: text
            for name in ("arn", "id")
            if name in wanted and not isinstance(values.get(name), str)
            and isinstance(text := ((known or {}).get(one["address"], {}).get(name)), str)
        }  # fmt: skip
        if found := (links or {}).get(without_index(str(one["address"]))):
            made["references"] = found
        kept.append(made)
    return {"resources": kept, "others": len(managed) - len(kept)}


def _chosen(values: Mapping[str, Any], wanted: Mapping[str, Any], masks: tuple[Any, ...], later: Any) -> Document:
    """The wanted attributes; one that is not there is not set."""
    found: Document = {}
    for name, inner in wanted.items():
        own = tuple(mask.get(name) if isinstance(mask, Mapping) else mask for mask in masks)
        waits = later.get(name) if isinstance(later, Mapping) else later
        if any(mask is True or (callable(inner) and _marked(mask)) for mask in own):
            found[name] = SENSITIVE
        elif waits is True:
            found[name] = LATER
        elif name in values:
            found[name] = _value(values[name], inner, own, waits)
    return found


def _value(value: Any, wanted: Any, masks: tuple[Any, ...], later: Any) -> Any:
    if callable(wanted):
        return wanted(value)
    if isinstance(value, list):
        inner = [tuple(_of(mask, place) for mask in masks) for place in range(len(value))]
        return [
            SENSITIVE
            if any(mask is True for mask in own)
            else LATER
            if _of(later, place) is True
            else _value(item, wanted, own, _of(later, place))
            for place, (item, own) in enumerate(zip(value, inner, strict=True))
        ]
    if isinstance(value, Mapping):
        return _chosen(value, wanted, masks, later) if isinstance(wanted, Mapping) else {"unknown": "it is a record"}
    return value if wanted is None and (value is None or isinstance(value, str | bool | int | float)) else None


def _marked(mask: Any) -> bool:
    """Whether anything within is sensitive."""
    inner = mask.values() if isinstance(mask, Mapping) else mask if isinstance(mask, list) else ()
    return mask is True or any(map(_marked, inner))


def _of(mask: Any, place: int) -> Any:
    return mask[place] if isinstance(mask, list) and place < len(mask) else mask if mask is True else None


def _links(module: Mapping[str, Any], scope: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """By address, which resources an attribute refers to that leads from one to another."""
    for one in module.get("resources") or []:
        told = one.get("expressions") or {}
        found = {
            name: [str(text) for text in references]
            for name in LINKS
            if isinstance(told.get(name), Mapping) and (references := told[name].get("references"))
        }
        if found:
            yield f"{scope}{one['address']}", found
    for name, call in (module.get("module_calls") or {}).items():
        yield from _links(call.get("module") or {}, f"{scope}module.{name}.")


def _log(text: str) -> Document | None:
    """The lines that `terraform plan -json` writes while it runs. Its messages and outputs are left out."""
    found: Document = {"kind": "log", "changes": [], "drift": [], "complete": False}
    for number, line in enumerate(text.splitlines()):
        try:
            one = json.loads(line) if line.strip() else {}
        except ValueError:
            return None
        if not isinstance(one, dict) or (number == 0 and one.get("@module") != "terraform.ui"):
            return None
        if isinstance(one.get("@timestamp"), str):
            found["timestamp"] = one["@timestamp"]
        kind, change = one.get("type"), one.get("change") or {}
        if kind in ("planned_change", "resource_drift") and isinstance(change.get("resource"), Mapping):
            about = change["resource"]
            made: Document = {"address": str(about.get("addr")), "type": str(about.get("resource_type", "")),
                    "actions": [str(change.get("action"))]}  # fmt: skip
            if changing(made["actions"]):
                found["changes" if kind == "planned_change" else "drift"].append(made)
        elif kind == "version" and isinstance(one.get("terraform"), str):
            found["terraform_version"] = one["terraform"]
        elif kind == "diagnostic" and one.get("@level") == "error":
            found["errored"] = True
        elif kind == "change_summary":
            found["complete"] = (one.get("changes") or {}).get("operation") == "plan"
    return found if "terraform_version" in found or found["complete"] else None


def resources_of(document: Document, path: str) -> list[Resource]:
    """The resources of a plan or a state that was cut down; `path` is where it lies."""
    return [_resource(one, path) for one in document.get("resources", [])]


def _resource(one: Mapping[str, Any], path: str) -> Resource:
    values = _opened(one["values"])
    for name, references in one.get("references", {}).items():
        if not isinstance(values.get(name), str):
            whole = next((text for text in references if text.count(".") == 2), references[0])
            values[name] = Unresolved(whole)
    scope, _, _ = without_index(one["address"]).rpartition(f"{one['type']}.")
    return Resource(one["address"], one["type"], values, path, scope=scope, root=path)


def _opened(value: Any) -> Any:
    """What stands for the unknown as such."""
    if isinstance(value, Mapping):
        if set(value) == {"unknown"}:
            return Unresolved(value["unknown"])
        return {key: _opened(inner) for key, inner in value.items()}
    return [_opened(item) for item in value] if isinstance(value, list) else value
