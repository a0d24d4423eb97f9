"""The example's services beside a real environment: its variables and credential files are neither used nor changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from soc2kit.example.company import load

LOOK = """
import json, os
import boto3
from soc2kit.example.company import load
from soc2kit.example.demo import running
company = load()
before = dict(os.environ)
with running(company) as services:
    services.become(company, company.collections[0])
    first = {name for (name,) in services.postgres._admin.execute("SELECT rolname FROM pg_roles")}
    services.become(company, company.collections[-1])
    print(json.dumps({
        "account": boto3.client("sts", region_name="us-east-1").get_caller_identity()["Account"],
        "key": boto3.Session().get_credentials().access_key,
        "hostaddr": services.postgres._admin.info.hostaddr,
        "left": sorted(name for name in os.environ if name in ("AWS_PROFILE", "PGHOSTADDR", "PGSERVICE")),
        "roles changed": first != {n for (n,) in services.postgres._admin.execute("SELECT rolname FROM pg_roles")},
    }))
assert dict(os.environ) == before
"""


def test_real_credentials_and_servers_are_out_of_reach_while_the_example_runs(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "config").write_text(f"[default]\ncredential_process = touch {touched}\n[profile work]\nregion = x\n")
    (folder / "credentials").write_text("[work]\naws_access_key_id = real\naws_secret_access_key = real\n")
    real = {"HOME": str(tmp_path), "AWS_PROFILE": "work", "PGHOSTADDR": "127.0.0.1", "PGPORT": "1", "PGSERVICE": "work"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PG"))}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, check=False, env={**kept, **real}, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "account": load().timeline["aws"]["account"],
        "key": "example",
        "hostaddr": "",
        "left": [],
        "roles changed": True,
    }
    assert not touched.exists()
