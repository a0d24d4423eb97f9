"""Reports of four tools in each form they have, as rows; and every way in which a report can be broken, named."""

# ruff: noqa: E501

from __future__ import annotations

import json
from typing import Any

import pytest

from soc2kit.scans import CVSS, Scan, read
from soc2kit.scans.severity import of_score, of_word

GHSA = "GHSA-p6mc-m468-83gw"


def scans(document: Any) -> tuple[Scan, ...]:
    return read(json.dumps(document).encode())


def one(document: Any) -> Scan:
    (found,) = scans(document)
    assert found.problems == ()
    return found


def rule(**more: Any) -> dict[str, Any]:
    return {"id": "R1", **more}


def sarif(*results: Any, rules: Any = (), extensions: Any = (), **run: Any) -> dict[str, Any]:
    driver = {"name": "Tool", "semanticVersion": "1.2.3", "rules": list(rules)}
    tool = {"driver": driver, "extensions": list(extensions)}
    return {"version": "2.1.0", "runs": [{"tool": tool, "results": list(results), **run}]}


TRIVY = {
    "SchemaVersion": 2, "Trivy": {"Version": "0.69.1"}, "CreatedAt": "2026-01-08T04:00:00.123456789+01:00",
    "ArtifactName": "ghcr.io/Acme/api:1.4.0@sha256:" + "0" * 64, "ArtifactType": "container_image",
    "Results": [
        {"Target": "debian 13", "Class": "os-pkgs", "Vulnerabilities": [
            {"VulnerabilityID": "CVE-2026-1111", "PkgName": "libx", "InstalledVersion": "1", "FixedVersion": "2",
             "Severity": "CRITICAL", "VendorIDs": ["DSA-1", GHSA], "PkgIdentifier": {"PURL": "pkg:deb/debian/libx@1"}}],
         "ExperimentalModifiedFindings": [
            {"Type": "vulnerability", "Status": "ignored", "Statement": "not reached", "Source": ".trivyignore.yaml",
             "Finding": {"VulnerabilityID": "CVE-2026-2222", "PkgName": "liby", "Severity": "UNKNOWN"}}]},
        {"Target": "main.tf", "Class": "config", "Misconfigurations": [
            {"ID": "AVD-1", "Severity": "LOW", "Status": "FAIL", "CauseMetadata": {"StartLine": 3}},
            {"ID": "AVD-2", "Severity": "LOW", "Status": "PASS"}]},
        {"Target": "k.env", "Class": "secret", "Secrets": [
            {"RuleID": "aws-key", "Severity": "HIGH", "StartLine": 7, "Match": "key=*****"}]},
    ],
}  # fmt: skip
GRYPE = {
    "matches": [{
        "vulnerability": {"id": GHSA, "severity": "Negligible", "fix": {"versions": ["4.17.21"], "state": "fixed"}},
        "relatedVulnerabilities": [{"id": "CVE-2020-8203"}],
        "artifact": {"name": "core", "version": "1", "type": "java-archive", "purl": "pkg:maven/org.acme/core@1",
                     "locations": [{"path": "/app/core.jar"}]},
    }],
    "ignoredMatches": [{
        "vulnerability": {"id": "CVE-2026-3333", "severity": "High", "fix": {"versions": [], "state": "unknown"}},
        "artifact": {"name": "z", "version": "2", "locations": []},
        "appliedIgnoreRules": [{"vulnerability": "CVE-2026-3333", "reason": "test only"}],
    }],
    "source": {"type": "directory", "target": "https://github.com/Acme/Web.git"},
    "descriptor": {"name": "grype", "version": "0.99.1", "timestamp": "2026-02-08T04:00:00Z"},
}  # fmt: skip
SNYK = {
    "ok": False, "projectName": "acme/web:package.json", "displayTargetFile": "package.json", "dependencyCount": 9,
    "vulnerabilities": [
        {"id": "SNYK-JS-LODASH-1", "packageName": "lodash", "version": "4.17.15", "severity": "high",
         "severityWithCritical": "critical", "identifiers": {"CVE": ["CVE-2020-8203"], "GHSA": [GHSA.upper()]},
         "from": ["web@1", "lodash@4.17.15"], "upgradePath": [False, "lodash@4.17.20"], "isUpgradable": True},
        {"id": "SNYK-X", "moduleName": "old", "version": "1", "cvssScore": 7.0, "identifiers": {}, "isIgnored": True,
         "upgradePath": [], "isUpgradable": False},
        {"id": "snyk:lic:npm:gpl", "type": "license", "packageName": "gpl", "severity": "medium"},
    ],
    "filtered": {"ignore": [
        {"id": "SNYK-Y", "packageName": "y", "severity": "low",
         "filtered": {"ignored": [{"reason": "None Given", "expires": "2026-12-31"}]}}], "patch": []},
}  # fmt: skip


def test_trivy() -> None:
    scan = one(TRIVY)
    assert (scan.tool, scan.tool_version, scan.target, scan.target_kind) == (
        "Trivy",
        "0.69.1",
        "ghcr.io/acme/api",
        "image",
    )
    assert [(r.kind, r.ids, r.severity, r.package, r.location, r.line, r.suppressed, r.suppressed_reason) for r in scan.results] == [
        ("dependency", ("CVE-2026-1111", GHSA), "critical", "libx", "debian 13", None, False, None),
        ("dependency", ("CVE-2026-2222",), "unknown", "liby", "debian 13", None, True, "not reached"),
        ("configuration", ("AVD-1",), "low", None, "main.tf", 3, False, None),
        ("secret", ("aws-key",), "high", None, "k.env", 7, False, None),
    ]  # fmt: skip
    assert "*****" not in repr(scan)


@pytest.mark.parametrize(
    ("groups", "blind"),
    [
        ([{"Class": "os-pkgs"}, {"Class": "config", "MisconfSummary": {}}], ()),
        ([{"Class": "lang-pkgs"}], ("configuration",)),
        ([{"Target": "lock", "Vulnerabilities": None}], ("configuration",)),
        ([{"Class": "secret", "Secrets": []}], ("dependency", "configuration")),
        ([], ("dependency", "configuration")),
        ([{"Class": ["os-pkgs"]}], ("dependency", "configuration")),
    ],
)
def test_what_trivy_was_not_told_to_look_for(groups: Any, blind: tuple[str, ...]) -> None:
    """A list of packages without a weakness has its group all the same."""
    assert one({**TRIVY, "Results": groups}).blind == blind


def test_grype() -> None:
    scan = one(GRYPE)
    assert (scan.tool_version, scan.scanned_at, scan.target) == ("0.99.1", "2026-02-08T04:00:00Z", "acme/web")
    first, left = scan.results
    assert (first.ids, first.package, first.severity, first.fixed_version, first.location) == (
        (GHSA, "CVE-2020-8203"), "org.acme:core", "low", "4.17.21", "/app/core.jar",
    )  # fmt: skip
    assert (left.suppressed, left.suppressed_reason, left.fixed_version) == (True, "test only", None)


def test_snyk() -> None:
    scan = one(SNYK)
    assert (scan.tool, scan.target, scan.scope, scan.scanned_at) == ("Snyk", "acme/web", "package.json", None)
    assert [(r.ids, r.kind, r.severity, r.severity_given, r.fixed_version, r.suppressed, r.suppressed_reason) for r in scan.results] == [
        (("SNYK-JS-LODASH-1", "CVE-2020-8203", GHSA), "dependency", "critical", "critical", "lodash@4.17.20", False, None),
        (("SNYK-X",), "dependency", "high", "7.0", None, True, None),
        (("snyk:lic:npm:gpl",), "configuration", "medium", "medium", None, False, None),
        (("SNYK-Y",), "dependency", "low", "low", None, True, None),
    ]  # fmt: skip


def test_snyk_of_several_projects_and_of_one_that_failed() -> None:
    image = {"vulnerabilities": [], "docker": {"baseImage": "x"}, "path": "docker.io/library/nginx:1.27"}
    found = scans([SNYK, image, {"ok": False, "error": "no lock file", "path": "x"}])
    assert [(scan.target, len(scan.results), bool(scan.problems)) for scan in found] == [
        ("acme/web", 4, False), ("nginx", 0, False), (None, 0, True),
    ]  # fmt: skip
    assert found[2].problems == ("[2].error: Snyk did not test it: no lock file",)


def test_snyk_of_what_runs_in_an_image() -> None:
    """What the image's own packages are stands above, each application by itself below it."""
    app = {"packageManager": "npm", "vulnerabilities": [{"id": "SNYK-2", "packageName": "x", "severity": "high"}]}
    image = {"vulnerabilities": [], "docker": {"baseImage": "x"}, "path": "nginx:1.27", "applications": [app, {}]}
    scan = one(image)
    assert [(r.ids, r.place) for r in scan.results] == [(("SNYK-2",), "applications[0].vulnerabilities[0]")]


def test_snyk_of_declared_infrastructure() -> None:
    issue = {"id": "SNYK-CC-TF-1", "severity": "high", "lineNumber": 12, "isIgnored": False}
    scan = one({"vulnerabilities": [], "projectName": "acme/infra:net", "targetFile": "net.tf",
                "displayTargetFile": "net.tf", "infrastructureAsCodeIssues": [issue]})  # fmt: skip
    (found,) = scan.results
    assert (found.kind, found.ids, found.severity, found.location, found.line) == (
        "configuration", ("SNYK-CC-TF-1",), "high", "net.tf", 12,
    )  # fmt: skip
    assert (scan.target, scan.scope) == ("acme/infra", "acme/infra:net")


def test_a_licence_of_snyk_is_known_by_its_package_and_not_by_the_way_to_it() -> None:
    issue = {"id": "lic", "type": "license", "severity": "low", "packageName": "gpl", "from": ["web@1", "gpl@1\ud800"]}
    first, second = (one({"vulnerabilities": [{**issue, "type": kind}]}).results[0] for kind in ("license", "vuln"))
    assert (first.location, second.location) == ("gpl", "web@1 > gpl@1?")


@pytest.mark.parametrize(
    ("result", "rules", "severity", "given"),
    [
        ({"ruleId": "R1"}, [rule()], "medium", "level warning"),
        ({"ruleId": "R1", "level": "error"}, [rule()], "high", "level error"),
        ({"ruleIndex": 0}, [rule(defaultConfiguration={"level": "note"})], "low", "level note"),
        ({"ruleId": "R1"}, [rule(properties={"security-severity": "9.0"})], "critical", "security-severity 9"),
        ({"ruleId": "R1"}, [rule(properties={"security-severity": "8.9"})], "high", "security-severity 8.9"),
        ({"ruleId": "R1", "level": "none"}, [rule()], "unknown", "level none"),
        ({"ruleId": "R1", "properties": {"security-severity": 11}}, [rule()], "unknown", "security-severity 11"),
        ({"ruleId": "R1/2", "level": "none"}, [rule(properties={"security-severity": "4"})], "medium", "security-severity 4"),
    ],
)  # fmt: skip
def test_severities_of_sarif(result: Any, rules: Any, severity: str, given: str) -> None:
    (found,) = one(sarif(result, rules=rules)).results
    assert (found.severity, found.severity_given) == (severity, given)


def test_a_rule_of_an_extension() -> None:
    document = sarif(
        {"rule": {"index": 1, "toolComponent": {"index": 0}}},
        rules=[rule()], extensions=[{"name": "more", "rules": [{"id": "E0"}, {"id": "E1"}]}],
    )  # fmt: skip
    assert one(document).results[0].ids == ("E1",)


@pytest.mark.parametrize(
    ("suppressions", "suppressed", "reason"),
    [
        (None, False, None),
        ([], False, None),
        ([{"kind": "inSource"}], True, None),
        ([{"kind": "external", "status": "accepted", "justification": "why"}], True, "why"),
        ([{"kind": "external", "status": "underReview", "justification": "why"}], False, None),
        ([{"kind": "inSource", "justification": "why"}, {"kind": "external", "status": "rejected"}], False, "why"),
    ],
)
def test_suppressions_of_sarif(suppressions: Any, suppressed: bool, reason: str | None) -> None:
    (found,) = one(sarif({"ruleId": "R1", "suppressions": suppressions})).results
    assert (found.suppressed, found.suppressed_reason) == (suppressed, reason)


def test_what_is_no_result_of_sarif() -> None:
    document = sarif(
        {"ruleId": "R1", "kind": "pass"}, {"ruleId": "R1", "kind": "notApplicable"},
        {"ruleId": "R1", "baselineState": "absent"}, {"ruleId": "R2", "baselineState": "unchanged", "kind": "open"},
    )  # fmt: skip
    assert [found.ids for found in one(document).results] == [("R2",)]


def test_where_when_and_of_what_sarif_is() -> None:
    document = sarif(
        {"ruleId": "CVE-2026-1", "message": {"text": "x"}},
        {"ruleId": "CVE-2026-4444", "message": {"text": "Package: Lodash\nInstalled Version: 4.1\nVulnerability"},
         "partialFingerprints": {"primaryLocationLineHash": "abc:1", "other": "z"},
         "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a/b.lock"}, "region": {"startLine": 5}}}]},
        versionControlProvenance=[{"repositoryUri": "git@github.com:Acme/App.git"}],
        invocations=[{"executionSuccessful": True, "startTimeUtc": "2026-03-01T01:00:00Z", "endTimeUtc": "2026-03-01T02:00:00Z"}],
        automationDetails={"id": "ci/scan/2026-03-01"},
    )  # fmt: skip
    scan = one(document)
    assert (scan.target, scan.scanned_at, scan.scope, scan.tool_version) == (
        "acme/app", "2026-03-01T02:00:00Z", "ci/scan", "1.2.3",
    )  # fmt: skip
    code, package = scan.results
    assert (code.kind, code.ids) == ("code", ("CVE-2026-1",))
    assert (package.kind, package.package, package.installed, package.location, package.line, package.fingerprint) == (
        "dependency", "Lodash", "4.1", "a/b.lock", 5, "abc:1",
    )  # fmt: skip


def test_several_runs_are_several_scans() -> None:
    document = sarif({"ruleId": "R1"})
    document["runs"] += [{"tool": {"driver": {"name": "Other"}}, "results": []}, {"tool": {}}]
    found = scans(document)
    assert [(scan.tool, len(scan.results)) for scan in found] == [("Tool", 1), ("Other", 0), ("unknown", 0)]
    assert found[2].problems == ("runs[2].tool.driver.name: it is not there",)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "list of records is expected, not list"),
        ("x", "expected, not str"),
        ({"a": 1, "b": 2}, "no form that is known has the members a, b"),
        ({"bomFormat": "CycloneDX", "vulnerabilities": []}, "no form that is known has the members bomFormat"),
        ({"version": "2.0.0", "runs": []}, "version: 2.1.0 is expected, not '2.0.0'"),
        ({"version": "2.1.0", "runs": {}}, "runs: a list is expected, not dict"),
        ({"version": "2.1.0", "runs": []}, "holds no scan"),
        ({"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json"}, "runs: a list is expected, not NoneType"),
        ({"version": "2.1.0", "runs": None}, "runs: a list is expected, not NoneType"),
        ({**TRIVY, "SchemaVersion": 1}, "SchemaVersion: 2 is expected, not 1"),
        ({**TRIVY, "Results": None}, "Results: they are not there"),
        ({name: value for name, value in TRIVY.items() if name != "Results"}, "Results: they are not there"),
        ({**TRIVY, "Results": {}}, "Results: a list is expected, not dict"),
        ({**TRIVY, "Results": [3]}, "Results[0]: a record is expected, not int"),
        ({**TRIVY, "Results": [{"Target": "x", "Vulnerabilities": [{"PkgName": "x"}]}]},
         "Results[0].Vulnerabilities[0].VulnerabilityID: it is not there"),
        ({**TRIVY, "Results": [{"Target": "x", "Secrets": [{"RuleID": ["x"]}]}]}, "Secrets[0].RuleID: a text is expected"),
        ({**GRYPE, "matches": [{"vulnerability": None, "artifact": {}}]}, "matches[0].vulnerability.id: it is not there"),
        ({**SNYK, "vulnerabilities": "none"}, "vulnerabilities: a list is expected, not str"),
        ({**SNYK, "vulnerabilities": None}, "vulnerabilities: it is not there"),
        (sarif({"level": "error"}), "runs[0].results[0]: neither ruleId nor a rule"),
        (sarif({"ruleId": "R1", "ruleIndex": 9}, rules=[rule()]), "rule 9 is not among the 1"),
        (sarif({"ruleId": "R1", "properties": {"security-severity": "bad"}}), "a number is expected"),
        (sarif(results=None), "runs[0].results: they are not there"),
        (sarif(invocations=[{"executionSuccessful": False}]), "executionSuccessful: it is false"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(document: Any, words: str) -> None:
    assert words in " ".join(problem for scan in scans(document) for problem in scan.problems)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1, column 1: it is not JSON"),
        (b'{"SchemaVersion": 2,\n "Results": [', "line 2, column 14"),
        (b"\xff\x00{}", "byte 0: it is not utf-8"),
        (b"<html>", "it is not JSON"),
        (b"[" * 200_000, "deeper than can be read"),
        (b'{"SchemaVersion": 2, "SchemaVersion": 2}', "'SchemaVersion' stands twice"),
        (b'{"SchemaVersion": NaN}', "NaN is no number"),
        (b'{"SchemaVersion": ' + b"9" * 5000 + b"}", "it is not JSON"),
        (b"null", "not NoneType"),
    ],
)
def test_bytes_that_are_no_report(data: bytes, words: str) -> None:
    (scan,) = read(data)
    assert scan.tool == "unknown"
    assert words in scan.problems[0]


@pytest.mark.parametrize("document", [TRIVY, GRYPE, SNYK, sarif({"ruleId": "R1", "level": "error"})])
def test_a_report_that_ends_early_is_none_wherever_it_ends(document: Any) -> None:
    data = json.dumps(document).encode()
    for length in range(0, len(data), 7):
        (scan,) = read(data[:length])
        assert (scan.results, len(scan.problems)) == ((), 1)


def test_nothing_found_is_another_thing_than_nothing_read() -> None:
    (empty,) = scans({**TRIVY, "Results": []})
    (clean,) = scans({**TRIVY, "Results": [{"Target": "debian 13", "Class": "os-pkgs"}]})
    assert [(one.results, one.problems) for one in (empty, clean)] == [((), ()), ((), ())]


def test_one_broken_result_leaves_the_others() -> None:
    broken = {**TRIVY["Results"][0], "Vulnerabilities": [*TRIVY["Results"][0]["Vulnerabilities"], 5]}  # type: ignore[index,dict-item]
    (scan,) = scans({**TRIVY, "Results": [broken]})
    assert [result.ids[0] for result in scan.results] == ["CVE-2026-1111", "CVE-2026-2222"]
    assert scan.problems == ("Results[0].Vulnerabilities[1]: a record is expected, not int",)


def test_many_problems_are_counted() -> None:
    (scan,) = scans({**GRYPE, "matches": [{}] * 50})
    assert len(scan.problems) == 21
    assert scan.problems[-1] == "and 30 more places"


def test_hostile_texts_are_cut_and_can_be_written() -> None:
    lone, long = "CVE-\\ud800", "x" * 5000
    text = json.dumps(
        {**GRYPE, "matches": [{"vulnerability": {"id": "ID", "severity": long}, "artifact": {"name": "NAME"}}]}
    )
    (scan,) = read(text.replace("NAME", lone).encode())
    assert scan.results[0].package is not None
    assert scan.results[0].package.encode()
    assert len(scan.results[0].severity_given or "") == 1001


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_shell_may_write_it_in_another_encoding(encoding: str) -> None:
    (scan,) = read(json.dumps(SNYK).encode(encoding))
    assert len(scan.results) == 4


def test_thresholds() -> None:
    assert [of_score(least) for least, _ in CVSS] == [severity for _, severity in CVSS]
    assert [of_score(score) for score in (10.0, 8.99, 6.99, 3.99, 0.0, -0.1, 10.1)] == [
        "critical", "high", "medium", "low", "low", "unknown", "unknown",
    ]  # fmt: skip
    assert [of_word(word) for word in (" MODERATE ", "Important", "severe", None)] == [
        "medium", "high", "unknown", "unknown",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tool", "own", "described", "kind"),
    [
        ("Checkov", "CKV_AWS_17", {}, "configuration"),
        ("checkov", "CKV2_AWS_6", {}, "configuration"),
        ("Checkov", "OUR_RULE_1", {}, "configuration"),
        ("Checkov", "CKV_SECRET_2", {}, "secret"),
        ("Checkov", "CVE-2026-4444", {"properties": {"package": "x"}}, "dependency"),
        ("Trivy", "AVD-AWS-0089", {}, "configuration"),
        ("Trivy", "AWS-0089", {"name": "Misconfiguration"}, "configuration"),
        ("Trivy", "x", {"properties": {"tags": ["misconfiguration", "security", "LOW"]}}, "configuration"),
        ("Trivy", "private-key", {"name": "Secret"}, "secret"),
        ("Semgrep", "python.eval", {}, "code"),
    ],
)
def test_what_a_rule_of_sarif_is_about(tool: str, own: str, described: dict[str, Any], kind: str) -> None:
    """Checkov writes a place that begins with a slash, the whole block as its region, and often no severity."""
    place = {"artifactLocation": {"uri": "/data.tf"}, "region": {"startLine": 5, "endLine": 9}}
    document = sarif({"ruleId": own, "locations": [{"physicalLocation": place}]}, rules=[{"id": own, **described}])
    document["runs"][0]["tool"]["driver"]["name"] = tool
    (found,) = one(document).results
    assert (found.kind, found.location, found.line, found.severity) == (kind, "/data.tf", 5, "medium")
