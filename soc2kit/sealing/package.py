"""Sealing: a BagIt bag (RFC 8493) as one zip, with everything an auditor needs to test again.

A bag's digests show that nothing changed since it was made; an optional signature over its tag manifest shows who made
it. Each package names the one before, so that a quarter cannot be exchanged unnoticed later.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from .. import __version__
from ..code_identity import code_digest
from ..config import FILE_NAME, REDACTION_MARKER, Config
from ..errors import ReportFailed, UsageError
from ..evidence.verify import verify_evidence
from ..model import Assessment
from ..period import stamp
from ..redaction.workspace import STATEMENT
from ..results import as_json
from .contents import write_contents
from .reports import RESULTS, report_problems
from .software import write_wheel

FOLDER = "packages"
SIGNATURE = "tagmanifest-sha256.txt.sig"
NAMESPACE = "soc2kit-package"
_COMPANY_FILES = (FILE_NAME, "controls.yaml", REDACTION_MARKER, STATEMENT)


@dataclass(frozen=True)
class Sealed:
    path: Path
    sha256: str
    files: int


def seal(
    config: Config,
    assessment: Assessment,
    *,
    reports: Path | None,
    now: datetime,
    key: Path | None = None,
    packages: Path | None = None,
    inspect: Callable[[Path], None] = lambda bag: None,
) -> Sealed:
    """Write `packages/<company>-<as of>.zip` of a workspace, never over one that exists.

    `reports` is the run to include; `packages` another folder to write to; `inspect` may refuse the filled bag by
    raising. Raises `UsageError` when the evidence does not verify, or the reports are not the
    ones that a run wrote on it: what is damaged is not sealed as if it were whole.
    """
    problems = verify_evidence(config.evidence)
    if problems:
        listed = "; ".join(map(str, problems[:3]))
        raise UsageError(f"{len(problems)} problems in the evidence ({listed}). Run: soc2kit verify {config.workspace}")
    if reports is not None:
        found = list(report_problems(reports, as_json(assessment), assessment.ledger_head))
        if found:
            raise UsageError(f"{'; '.join(found[:3])}. Run: soc2kit report --workspace {config.workspace}")
    folder = packages or config.workspace / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", config.company.lower()).strip("-")
    redacted = "-redacted" if (config.workspace / REDACTION_MARKER).is_file() else ""
    target = _free(folder, f"{name}-{config.calendar.day_at(assessment.as_of)}{redacted}")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".sealing-") as temporary:
        bag = Path(temporary) / target.stem
        _fill(bag, config, assessment, reports)
        inspect(bag)
        _make_bag(bag, config, assessment, folder, now)
        if key is not None:
            _sign(bag, key)
        count = _zip(bag, Path(temporary) / "whole.zip", assessment.as_of)
        os.replace(Path(temporary) / "whole.zip", target)
    return Sealed(target, hashlib.sha256(target.read_bytes()).hexdigest(), count)


def _free(folder: Path, stem: str) -> Path:
    number, path = 1, folder / f"{stem}.zip"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.zip"
    return path


def _fill(bag: Path, config: Config, assessment: Assessment, reports: Path | None) -> None:
    workspace = bag / "workspace"
    workspace.mkdir(parents=True)
    for name in _COMPANY_FILES:
        if (config.workspace / name).is_file():
            shutil.copyfile(config.workspace / name, workspace / name)
    shutil.copytree(config.evidence, workspace / "evidence", ignore=shutil.ignore_patterns(".lock", ".incoming"))
    if reports is not None:
        shutil.copytree(reports, bag / "reports" / reports.name)
    (bag / RESULTS).write_text(as_json(assessment), encoding="utf-8")
    software = bag / "software"
    software.mkdir()
    write_wheel(software)
    lock = Path(__file__).resolve().parents[2] / "requirements.lock"
    if lock.is_file():
        shutil.copyfile(lock, software / lock.name)
    guide = (files("soc2kit.library") / "auditor-guide.md").read_text(encoding="utf-8")
    (bag / "README.md").write_text(guide, encoding="utf-8")
    write_contents(bag, assessment, config.sample_sizes)


def _make_bag(bag: Path, config: Config, assessment: Assessment, folder: Path, now: datetime) -> None:
    import bagit

    previous = sorted(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    bagit.make_bag(
        str(bag),
        {
            "Source-Organization": config.company,
            "Bagging-Date": f"{now:%Y-%m-%d}",
            "Bag-Software-Agent": f"soc2kit {__version__}",
            "External-Description": "SOC 2 evidence, tests of controls and their results, to be performed again",
            "Soc2kit-Version": __version__,
            "Soc2kit-Code-SHA256": code_digest(),
            "Evidence-Ledger-Head": assessment.ledger_head,
            **_redaction_tags(config.workspace),
            "Assessment-As-Of": stamp(assessment.as_of),
            "Assessment-Start": stamp(assessment.period.start),
            "Assessment-End": stamp(assessment.period.end),
            "Previous-Package-SHA256": hashlib.sha256(previous[-1].read_bytes()).hexdigest() if previous else "none",
        },
        checksums=["sha256"],
    )


def _redaction_tags(workspace: Path) -> dict[str, str]:
    if not (workspace / REDACTION_MARKER).is_file():
        return {}
    marker = json.loads((workspace / REDACTION_MARKER).read_text(encoding="utf-8"))
    return {
        "Redaction": "personal data is replaced by pseudonyms; see data/workspace/REDACTION.md",
        "Redacted-From-Ledger-Head": marker["original_ledger_head"],
    }


def _sign(bag: Path, key: Path) -> None:
    """`ssh-keygen -Y sign` over the tag manifest, which holds the digest of every other tag file."""
    manifest = bag / "tagmanifest-sha256.txt"
    command = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(manifest)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        raise UsageError(
            "signing needs ssh-keygen, which is not on this machine. Install OpenSSH, or leave out --sign"
        ) from None
    if done.returncode:
        raise ReportFailed(
            f"ssh-keygen could not sign with {key.name}: {done.stderr.strip()}. Check the key given to --sign"
        )


def _zip(bag: Path, target: Path, moment: datetime) -> int:
    when = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    paths = sorted(path for path in bag.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in paths:
            name = f"{bag.name}/{path.relative_to(bag).as_posix()}"
            archive.writestr(zipfile.ZipInfo(name, when), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return len(paths)
