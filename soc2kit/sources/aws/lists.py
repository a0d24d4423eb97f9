"""Lists within AWS's answers: where each stands, whether there is more of it, and what of them is never kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

# What a one-time password is computed from. AWS gives it out only when a device is made, but it must never be kept.
_SEEDS = {"Base32StringSeed", "QRCodePNG"}
#: Where people keep passwords though it is no place for them: what a header is sent with to an origin, and what a
#: function is started with. That they are there is kept, and what each is called.
_VALUES, _VALUES_OF = {"HeaderValue"}, {"Variables"}
#: By what a rule of a load balancer knows such a header again; the name of the header is kept.
_COMPARED, _COMPARED_WITH = {"HttpHeaderConfig", "QueryStringConfig"}, {"Values", "RegexValues"}
NOT_KEPT = "(soc2kit does not keep this)"
#: Whether an answer without its list says that there is nothing in it.
Empty = Callable[[Mapping[str, Any]], bool]


def rows_in(answer: Mapping[str, Any], name: str, empty: Empty | None = None, *, of_a_list: bool = True) -> list[Any]:
    """The list at a path (`DistributionList.Items`); where it is not `of_a_list`, the answer, which must have `name`.

    Raises `KeyError` or `ValueError` where there is none.
    """
    if not of_a_list:
        return [answer] if answer[name] is not None else []
    *_, last = name.split(".")
    holder = _holder(answer, name)
    if last not in holder and empty is not None and empty(holder):
        return []
    rows = holder[last]
    if not isinstance(rows, list):
        raise ValueError(f"{last} is no list")
    return rows


def following(
    answer: Mapping[str, Any],
    name: str,
    token: str,
    sent_as: str,
    *,
    empty_ends: bool,
    empty: Empty | None,
    of_a_list: bool = True,
) -> dict[str, Any] | None:
    """How the next page is asked for; None where this is the last. The mark stands beside the list."""
    rows_in(answer, name, empty, of_a_list=of_a_list)
    holder = _holder(answer, name)
    given = holder.get(token)
    if given is None:
        return {sent_as: None} if holder.get("IsTruncated") else None
    return None if empty_ends and given == "" else {sent_as: given}


def _holder(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    for part in name.split(".")[:-1]:
        answer = answer[part]
    return answer


def plain(value: Any) -> Any:
    """boto3's answer as JSON: times in ISO form, bytes as text; of the metadata only the request id, and no secret."""
    if isinstance(value, Mapping):
        return {str(key): _member(str(key), item) for key, item in value.items() if key not in _SEEDS}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.decode("utf-8") if isinstance(value, bytes) else value


def _member(key: str, item: Any) -> Any:
    if key == "ResponseMetadata":
        return {"RequestId": item.get("RequestId")}
    if key in _VALUES:
        return NOT_KEPT
    if key in _COMPARED and isinstance(item, Mapping):
        kept = {str(name): value for name, value in item.items() if name not in _COMPARED_WITH}
        return {**plain(kept), **{name: [NOT_KEPT] for name in sorted(_COMPARED_WITH) if item.get(name)}}
    if key in _VALUES_OF and isinstance(item, Mapping):
        return dict.fromkeys(map(str, item), NOT_KEPT)
    return plain(item)
