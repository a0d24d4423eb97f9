"""SARIF 2.1.0: one scan for each run, with the rules of the tool and of its extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import severity, targets
from .identifiers import merged, public_ids
from .model import Kind, Result, Scan, Severity, TargetKind
from .values import At, Unreadable, each, few

#: What a result is when it says nothing.
_LEVEL, _KIND = "warning", "fail"
_FOUND = {"fail", "open", "review"}
_PRIMARY = ("primaryLocationLineHash", "primaryLocationLineHash/v1")
#: Rules about how infrastructure is declared, by the ids of Checkov and of Trivy and tfsec; tools that have no others.
_CONFIGURATION = re.compile(r"CKV2?_(?!SECRET_)[A-Z0-9]+_\d+|AVD-[A-Z]+-\d+|(?:AWS|AZU|GCP|KSV|DS)-?\d{3,4}$")
_SECRET = re.compile(r"CKV_SECRET_\d+")
_OF_CONFIGURATION = {"checkov", "tfsec", "terrascan", "kics"}
#: How scanners of dependencies write the package into the text of a result, as SARIF has no place for it.
_PACKAGES = (
    re.compile(r"^Package: (?P<package>\S+)(?:\nInstalled Version: (?P<installed>\S+))?", re.MULTILINE),
    re.compile(r"\b\S+ package: (?P<package>\S+), version (?P<installed>\S+) was found"),
    re.compile(r"introduces a vulnerable (?P<package>\S+) package"),
)


def scans(log: At) -> Iterator[Scan]:
    if log.text("version") != "2.1.0":
        raise Unreadable(f"version: 2.1.0 is expected, not {log.get('version').value!r}")
    if not isinstance(log.get("runs").value, list):
        raise log.get("runs").wrong("a list")
    for run in log.items("runs"):
        try:
            yield _scan(run)
        except Unreadable as error:
            yield Scan("unknown", problems=(str(error),))


def _scan(run: At) -> Scan:
    driver = run.get("tool").get("driver")
    tool, version = driver.required("name"), driver.text("semanticVersion") or driver.text("version")
    problems = list(_unfinished(run))
    rules = _Rules(run, problems)
    results = tuple(each(run.items("results"), rules.result, problems))
    times = [at for one in run.items("invocations") for at in (one.text("endTimeUtc") or one.text("startTimeUtc"),)]
    kind, target, reference = _target(run)
    # What follows the last slash names the single run.
    category, _, run_name = (run.get("automationDetails").text("id") or "").rpartition("/")
    at, scope = next(filter(None, times), None), category or run_name or None
    return Scan(tool, version, at, target, kind, reference, scope, results, few(problems))


def _unfinished(run: At) -> Iterator[str]:
    """A run without results did not come to its end; an empty list says that there are none."""
    if run.get("results").value is None:
        yield f"{run.place}.results: they are not there, so the run did not come to an end"
    for one in run.items("invocations"):
        if one.get("executionSuccessful").value is False:
            yield f"{one.place}.executionSuccessful: it is false"


def _target(run: At) -> tuple[TargetKind, str | None, str | None]:
    for source in run.items("versionControlProvenance"):
        address = source.text("repositoryUri")
        if found := targets.repository(address):
            return "repository", found, source.text("revisionId")
    properties = run.get("properties")
    name = properties.text("imageName")
    return ("image", targets.image(name), name) if name else ("other", None, None)


@dataclass(frozen=True)
class _Rule:
    id: str
    at: At


class _Rules:
    """The rules of a run, and results read with them."""

    def __init__(self, run: At, problems: list[str]) -> None:
        tool = run.get("tool")
        self._tool = (tool.get("driver").text("name") or "").lower()
        components = [tool.get("driver"), *tool.items("extensions")]
        self._rules = [list(each(one.items("rules"), _rule, problems)) for one in components]
        self._by_id = {rule.id: rule for rules in reversed(self._rules) for rule in rules}

    def result(self, item: At) -> Result | None:
        if (item.text("kind") or _KIND) not in _FOUND or item.text("baselineState") == "absent":
            return None
        rule = self._rule_of(item)
        own = item.text("ruleId") or item.get("rule").text("id") or (rule.id if rule else None)
        if not own:
            raise Unreadable(f"{item.place}: neither ruleId nor a rule that is there")
        about = rule.at if rule else At(None, item.place)
        mapped, given = _severity(item, about)
        package, installed = _package(item, about)
        location, line = _location(item)
        suppressed, reason = _suppressed(item)
        # A rule of code may name a weakness that it is like; only its own id says that it is one.
        public = public_ids(own, *(_tags(about) if package else ()))
        kind: Kind = "dependency" if package or public else self._kind(own, about)
        return Result(
            kind, merged(own, public), mapped, item.place, given, package, installed, None, location, line,
            suppressed, reason, _fingerprint(item),
        )  # fmt: skip

    def _kind(self, own: str, rule: At) -> Kind:
        """What a rule is about: its tags say so, or its id, or its tool has no other."""
        named = {(rule.text("name") or "").lower(), *(tag.lower() for tag in _tags(rule))}
        if _SECRET.match(own) or "secret" in named:
            return "secret"
        configured = _CONFIGURATION.match(own) or "misconfiguration" in named or self._tool in _OF_CONFIGURATION
        return "configuration" if configured else "code"

    def _rule_of(self, item: At) -> _Rule | None:
        """By index within its component, else by id; an id may go on after the rule's, as in `CA1000/1`."""
        reference = item.get("rule")
        component = reference.get("toolComponent").whole("index")
        index = item.whole("ruleIndex")
        index = reference.whole("index") if index is None else index
        rules = self._rules[0 if component is None else component + 1 : None if component is None else component + 2]
        if index is not None and rules:
            if index >= len(rules[0]):
                raise Unreadable(f"{item.place}: rule {index} is not among the {len(rules[0])} of its tool")
            return rules[0][index]
        own = item.text("ruleId") or reference.text("id") or ""
        return self._by_id.get(own) or self._by_id.get(own.rpartition("/")[0])


def _rule(item: At) -> _Rule:
    return _Rule(item.required("id"), item)


def _tags(rule: At) -> tuple[str, ...]:
    return rule.get("properties").texts("tags")


def _severity(item: At, rule: At) -> tuple[Severity, str | None]:
    """By score where there is one: of the result, else of its rule; else by level."""
    for one in (item, rule):
        properties = one.get("properties")
        score = properties.number("security-severity")
        if score is not None:
            return severity.of_score(score), f"security-severity {score:g}"
    level = item.text("level") or rule.get("defaultConfiguration").text("level") or _LEVEL
    return severity.of_level(level), f"level {level}"


def _location(item: At) -> tuple[str | None, int | None]:
    for one in item.items("locations"):
        physical = one.get("physicalLocation")
        path = physical.get("artifactLocation").text("uri")
        if path:
            return path, physical.get("region").whole("startLine")
    return None, None


def _package(item: At, rule: At) -> tuple[str | None, str | None]:
    for one in (item, rule):
        properties = one.get("properties")
        package = properties.text("packageName") or properties.text("package")
        if package:
            return package, properties.text("packageVersion")
    return package_in(item.get("message").text("text") or "")


def package_in(text: str) -> tuple[str | None, str | None]:
    """Package and installed version, from the words in which a scanner of dependencies puts them."""
    for pattern in _PACKAGES:
        if found := pattern.search(text):
            return found["package"], found.groupdict().get("installed")
    return None, None


def _suppressed(item: At) -> tuple[bool, str | None]:
    """Only when every suppression is accepted, which is what one without a status is."""
    listed = list(item.items("suppressions"))
    accepted = [one for one in listed if (one.text("status") or "accepted") == "accepted"]
    reasons = [one.text("justification") for one in accepted]
    return bool(listed) and len(accepted) == len(listed), "; ".join(filter(None, reasons)) or None


def _fingerprint(item: At) -> str | None:
    for name in ("fingerprints", "partialFingerprints"):
        prints = item.get(name)
        names = sorted(prints.record(), key=lambda one: (one not in _PRIMARY, one))
        if names:
            return prints.text(names[0])
    return None
