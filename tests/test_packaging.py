"""pyproject.toml, requirements.lock and environment.yml say the same, and the lock says it without addresses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
FIXED = ("jupyterlab", "pandas", "boto3", "pygithub", "matplotlib", "papermill", "nbconvert", "pytest", "nbval")


def locked() -> dict[str, list[str]]:
    """Versions of each locked package; more than one where they differ by Python version."""
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", LOCK, flags=re.M):
        versions.setdefault(canonicalize_name(name), []).append(version)
    return versions


def declared() -> list[Requirement]:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [Requirement(text) for group in groups for text in group]


@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_every_declared_package_is_locked_at_a_version_that_satisfies_it(requirement: Requirement) -> None:
    versions = locked()[canonicalize_name(requirement.name)]
    assert all(requirement.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("name", FIXED)
def test_the_fixed_packages_are_declared(name: str) -> None:
    assert name in {canonicalize_name(requirement.name) for requirement in declared()}


def test_the_lock_has_a_hash_for_every_package_and_no_address() -> None:
    packages = re.split(r"\n(?=\S)", "\n".join(line for line in LOCK.splitlines() if not line.strip().startswith("#")))
    assert len(packages) > 100
    assert all("--hash=sha256:" in package for package in packages if package.strip())
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK


def test_the_conda_environment_takes_its_versions_from_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, *rest = environment["dependencies"]
    assert python == f"python{PROJECT['requires-python']}"
    assert rest == ["pip", {"pip": ["-r requirements.lock"]}]
    assert "://" not in (ROOT / "environment.yml").read_text(encoding="utf-8")


def test_what_is_installed_is_what_is_locked() -> None:
    from importlib.metadata import version

    versions = locked()
    for requirement in declared():
        assert version(requirement.name) in versions[canonicalize_name(requirement.name)]


def test_the_readme_is_short_and_names_every_make_target_that_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert len(readme.splitlines()) <= 150
    assert set(re.findall(r"`?make ([a-z-]+)`?", readme)) <= targets
