"""Verification of a sealed package or a workspace, and re-performance of its tests. Offline, without credentials."""

from __future__ import annotations

import json
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from .. import __version__
from ..assessment import assess
from ..code_identity import code_digest
from ..config import FILE_NAME, Config, load_config
from ..errors import Soc2kitError, UsageError
from ..evidence.verify import digest_of, verify_evidence
from ..history import latest_run
from ..model import Assessment
from ..period import Period, parse_moment
from ..results import as_document
from .compare import differences
from .contents import POPULATIONS, populations
from .package import FOLDER, NAMESPACE, SIGNATURE
from .reports import RESULTS, lost_heads, report_problems

_MANIFEST = "manifest-sha256.txt"
_TAG_MANIFEST = "tagmanifest-sha256.txt"


@dataclass(frozen=True)
class Checked:
    """What verification found: `problems` of seal and evidence; `differing` numbers, None when not recomputed."""

    what: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    differing: tuple[str, ...] | None
    tests: int = 0

    @property
    def ok(self) -> bool:
        return not self.problems and not self.differing

    def lines(self) -> Iterator[str]:
        """Each problem, difference and note, and at the end how many there are."""
        yield from (*self.problems, *(self.differing or ()), *(f"note: {note}" for note in self.notes))
        found = f"{len(self.problems)} problems"
        if self.differing is not None:
            found += f", {self.tests} tests performed again, {len(self.differing)} differences"
        yield f"{self.what}: {found}"


def check(target: Path, *, recompute: bool, signers: Path | None = None) -> Checked:
    """Check a package (.zip, or its unpacked folder) or a workspace."""
    if target.is_file():
        with _unpacked(target) as bag:
            return _check_bag(bag, recompute, signers)
    if (target / "bagit.txt").is_file() or (target / "bag-info.txt").is_file():
        return _check_bag(target, recompute, signers)
    if (target / FILE_NAME).is_file():
        return _check_workspace(target, recompute)
    raise UsageError(f"{target} is neither a sealed package nor a workspace with {FILE_NAME}")


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The package's one folder, unpacked where nothing it names can reach outside."""
    with tempfile.TemporaryDirectory(prefix="soc2kit-") as temporary:
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                if any(name.startswith("/") or ".." in Path(name).parts or "\\" in name for name in names):
                    raise UsageError(f"{path.name} holds a path that leaves its folder; it is not a package of soc2kit")
                if len(names) != len(set(names)):
                    raise UsageError(f"{path.name} holds the same name twice; it is not a package of soc2kit")
                archive.extractall(temporary)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as error:
            raise UsageError(f"{path.name} cannot be unpacked ({error}); ask for the package again") from error
        folders = [item for item in Path(temporary).iterdir() if item.is_dir()]
        if len(folders) != 1:
            raise UsageError(f"{path.name} holds {len(folders)} folders, not the one of a package")
        yield folders[0]


def _check_bag(bag: Path, recompute: bool, signers: Path | None) -> Checked:
    # Most payload files are evidence, too: each is read once and judged by manifest and ledger alike.
    digest = cache(digest_of)
    problems: list[str] = [*_manifest_problems(bag, digest)]
    notes: list[str] = []
    problems += _signature_problems(bag, signers, notes)
    info = _bag_info(bag, problems)
    data = bag / "data"
    evidence = data / "workspace" / "evidence"
    problems += map(str, verify_evidence(evidence, head=info.get("Evidence-Ledger-Head"), digest=digest))
    if "Redaction" in info:
        head = info.get("Redacted-From-Ledger-Head")
        notes.append(f"a redacted copy: {info['Redaction']}; the original's ledger head is {head}")
    problems += _report_problems(data, info.get("Evidence-Ledger-Head", ""))
    if not recompute:
        return Checked("package", tuple(problems), tuple(notes), None)
    sealed = _load(data / RESULTS, problems)
    notes += _code_notes(info)
    return _recomputed("package", data / "workspace", sealed, problems, notes)


def _report_problems(data: Path, head: str) -> Iterator[str]:
    if not (data / RESULTS).is_file():
        return  # the manifest's check has named it already
    results = (data / RESULTS).read_text(encoding="utf-8")
    for folder in sorted((data / "reports").glob("*")):
        yield from report_problems(folder, results, head)


def _bag_info(bag: Path, problems: list[str]) -> Mapping[str, str]:
    import bagit

    try:
        opened = bagit.Bag(str(bag))
    except bagit.BagError as error:
        problems.append(f"seal: not a bag: {error}")
        return {}
    info: Mapping[str, str] = opened.info
    return info


def _manifest_problems(bag: Path, digest: Callable[[Path], str]) -> Iterator[str]:
    """Every file against the two manifests, by name.

    BagIt's own validation names no file where sizes differ, and lets a removed tag manifest and tag files that no
    manifest names pass.
    """
    payload = {path.relative_to(bag).as_posix() for path in (bag / "data").rglob("*") if path.is_file()}
    tags = {path.name for path in bag.iterdir() if path.name not in ("data", _TAG_MANIFEST, SIGNATURE)}
    for manifest, present in ((_MANIFEST, payload), (_TAG_MANIFEST, tags)):
        if not (bag / manifest).is_file():
            yield f"seal: {manifest} is missing; without it what it names could have been exchanged"
            continue
        named = _manifest(bag / manifest)
        for name in sorted(set(named) | present):
            if name not in present:
                yield f"seal: {name} is missing"
            elif name not in named:
                yield f"seal: {name} was added; {manifest} does not name it"
            elif digest(bag / name) != named[name]:
                yield f"seal: {name} was changed; its SHA-256 is not the one in {manifest}"


def _manifest(path: Path) -> dict[str, str]:
    """File names and digests of a manifest; RFC 8493 writes line ends and percent signs of names as %0A, %0D, %25."""
    named = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition(" ")
        if name:
            plain = name.strip().replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
            named[plain.removeprefix("./")] = digest.lower()
    return named


def _signature_problems(bag: Path, signers: Path | None, notes: list[str]) -> Iterator[str]:
    signature = bag / SIGNATURE
    if not signature.is_file():
        if signers is not None:
            yield "signature: the package is not signed"
        notes.append(
            "the package is not signed: its seal shows that nothing changed since it was made, not who made it"
        )
        return
    if signers is None:
        notes.append("the package is signed; give --signers with the signer's public key to check by whom")
        command = ["ssh-keygen", "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(signature)]
    else:
        principal = signers.read_text(encoding="utf-8").split(maxsplit=1)[0]
        command = [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            str(signers),
            "-I",
            principal,
            "-n",
            NAMESPACE,
            "-s",
            str(signature),
        ]
    try:
        manifest = (bag / _TAG_MANIFEST).read_bytes() if (bag / _TAG_MANIFEST).is_file() else b""
        done = subprocess.run(command, input=manifest, capture_output=True, check=False)
    except FileNotFoundError:
        yield "signature: ssh-keygen is not on this machine, so the signature was not checked. Install OpenSSH"
        return
    if done.returncode:
        words = (done.stderr or done.stdout).decode(errors="replace").strip()
        yield f"signature: {words or 'it does not belong to this package'}"


def _code_notes(info: Mapping[str, str]) -> Iterator[str]:
    version, code = info.get("Soc2kit-Version"), info.get("Soc2kit-Code-SHA256")
    if version != __version__:
        yield f"sealed by version {version}, recomputed by {__version__}; install software/*.whl to use the same code"
    elif code != code_digest():
        yield f"version {version}, but other code than was sealed; install software/*.whl to use the same code"


def _check_workspace(workspace: Path, recompute: bool) -> Checked:
    config = load_config(workspace)
    problems = [str(problem) for problem in verify_evidence(config.evidence)]
    problems += lost_heads(config.evidence, config.reports, workspace / FOLDER)
    if not recompute:
        return Checked("workspace", tuple(problems), (), None)
    run = latest_run(config.reports)
    if run is None:
        raise UsageError(f"{workspace} has no results to compare with. Run: soc2kit report --workspace {workspace}")
    sealed = _load(run / RESULTS, problems)
    return _recomputed("workspace", workspace, sealed, problems, [f"compared with {run.name}/{RESULTS}"])


def _load(path: Path, problems: list[str]) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return document
    except (OSError, ValueError) as error:
        problems.append(f"results: {path.name} cannot be read ({error})")
        return None


def _recomputed(
    what: str, workspace: Path, sealed: dict[str, Any] | None, problems: list[str], notes: list[str]
) -> Checked:
    if sealed is None:
        return Checked(what, tuple(problems), tuple(notes), ())
    span, report_type = sealed["period"], sealed.get("type", "II")
    # A type I report has no period of its own: it follows from the as-of date.
    period = None
    if report_type == "II":
        period = Period(parse_moment(span["start"]), parse_moment(span["end"]), span["name"])
    try:
        as_of, config = parse_moment(sealed["as_of"]), load_config(workspace)
        assessment = assess(config, period=period, as_of=as_of, report_type=report_type)
    except Soc2kitError as error:
        return Checked(what, (*problems, f"recompute: {type(error).__name__}: {error}"), tuple(notes), ())
    computed = json.loads(json.dumps(as_document(assessment)))
    differing = (*differences(sealed, computed), *_population_differences(workspace.parent, assessment, config))
    return Checked(what, tuple(problems), tuple(notes), differing, len(assessment.tests))


def _population_differences(data: Path, assessment: Assessment, config: Config) -> Iterator[str]:
    """Row by row, not in number alone: each population of a package against the one that the evidence gives."""
    sealed = data / POPULATIONS
    if not (data / RESULTS).is_file() or not sealed.is_dir():
        return  # a workspace has none; in a package the manifest's check has named what is missing
    for name, text in populations(assessment, config.sample_sizes):
        if not (sealed / name).is_file():
            yield f"{POPULATIONS} {name}: only in what was computed"
        elif (sealed / name).read_text(encoding="utf-8") != text:
            yield f"{POPULATIONS} {name}: {_first_difference((sealed / name).read_text(encoding='utf-8'), text)}"


def _first_difference(sealed: str, computed: str) -> str:
    one, other = sealed.splitlines(), computed.splitlines()
    pairs = zip_longest(one, other, fillvalue="nothing")
    number, (ours, theirs) = next((n, pair) for n, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
    return f"line {number}: sealed {ours[:120]!r}, computed {theirs[:120]!r}"
