"""Nothing that is shipped, documented or made installs csp-config by a name that anybody may register."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from csp_config.commands.source import UNKNOWN
from csp_config.commands.starter import PIPELINES
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.pipelines.surroundings import pipeline
from tests.pipelines.test_linted import scripts
from tests.repositories import Repo
from tests.systems import need

ROOT = Path(__file__).parents[2]
SHIPPED = [
    *(
        path
        for room in ("csp_config", "docs", "action", "demo", "schemas", "templates")
        for path in (ROOT / room).rglob("*")
    ),
    *(path for path in ROOT.iterdir() if path.name != "CHANGELOG.md"),
]
BARE = re.compile(
    r"\b(?:pip3?|pipx|uvx?)\b[^\n`]*[\s'\"]csp[-_]config\s*(?:\[|[=<>~!]=|['\"`\s]|$)|csp-config=="
)
AT_A_COMMIT = re.compile(r"git\+[^\s]+@")


def bare(text: str) -> list[str]:
    """The lines that install by name alone."""
    return [line for line in text.splitlines() if BARE.search(line) and not AT_A_COMMIT.search(line)]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "pip install csp-config",
            "python -m pip install -q 'csp-config[xlsx]'",
            "- run: uvx csp-config plan",
        ),
        *("value: csp-config==0.1.0", "pipx install csp_config>=1", "pip install --upgrade csp-config "),
    ],
)
def test_a_bare_name_is_found(line: str) -> None:
    assert bare(line) == [line]


@pytest.mark.parametrize(
    "line",
    [
        *("pip install .", "uvx --from git+https://a.example/b@89ab csp-config plan", "pip install 'pyyaml'"),
        *("pip install csp-config @ git+https://a.example/b@89ab", "uses: contoso/csp-config@0123"),
    ],
)
def test_what_names_its_source_is_not(line: str) -> None:
    assert bare(line) == []


def test_nothing_that_is_shipped_installs_by_name() -> None:
    found = {}
    for path in SHIPPED:
        if path.is_file() and path.suffix in {
            "",
            ".py",
            ".md",
            ".yml",
            ".yaml",
            ".sh",
            ".json",
            ".toml",
            ".html",
        }:
            lines = bare(path.read_text(encoding="utf-8"))
            found.update({f"{path.relative_to(ROOT)}": lines} if lines else {})
    assert found == {}


@pytest.mark.parametrize("host", PIPELINES)
def test_nothing_that_init_makes_installs_by_name(host: str, tmp_path: Path) -> None:
    csp_config(tmp_path, "init", "--pipeline", host)
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) > 5
    assert [line for path in made for line in bare(path.read_text())] == []


def fetching(host: str) -> str:
    """The script of a pipeline that fetches and installs csp-config; it is the same in every job."""
    path = ROOT / "docs/pipelines" / PIPELINES[host][1]
    found = {text for text in scripts(path) if "CSP_CONFIG_URL" in text}
    (script,) = found or set(pipeline(path)[".csp-config"]["before_script"])
    return str(script)


def fetched(script: str, folder: Path, source: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The script, run with the programs of a new environment."""
    if not (folder / "venv").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    host = {
        "CI_SERVER_URL": "https://gitlab.example",
        "SYSTEM_COLLECTIONURI": "https://azure.example/contoso/",
    }
    path = f"{folder / 'venv/bin'}:{os.environ['PATH']}"
    environment = {**inherited, "PATH": path, **host, "READS": "AUTHORIZATION: bearer x", **source}
    need("bash")
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("host", ["gitlab", "azure"])
def test_a_source_that_nobody_has_set_fails_loudly(host: str, tmp_path: Path) -> None:
    ran = fetched(
        fetching(host), tmp_path, {"CSP_CONFIG_URL": UNKNOWN.url, "CSP_CONFIG_COMMIT": UNKNOWN.commit}
    )
    assert ran.returncode != 0
    assert "csp-config.invalid" in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("host", ["gitlab", "azure"])
def test_the_commit_is_fetched_and_installed_with_its_dependencies_by_hash(host: str, tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "source")
    for name in ("csp_config", "schemas", "docs", "tests/rules", "tools", "requirements"):
        shutil.copytree(ROOT / name, repo.path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, repo.path)
    commit = repo.commit()
    repo.run("config", "uploadpack.allowAnySHA1InWant", "true")
    ran = fetched(fetching(host), tmp_path, {"CSP_CONFIG_URL": repo.url, "CSP_CONFIG_COMMIT": commit})
    assert ran.returncode == 0, ran.stderr
    told = subprocess.run([tmp_path / "venv/bin/csp-config", "--version"], capture_output=True, check=True)
    assert told.stdout.startswith(b"csp-config")


@pytest.mark.parametrize("host", fast_first(["gitlab", "azure"], fast=()))
def test_a_private_copy_is_read_with_the_jobs_token_and_no_other_host_gets_it(
    host: str, tmp_path: Path
) -> None:
    given: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given.append(self.headers.get("Authorization", ""))
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base has it
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_address[1]}"
        for own in (here, "https://another.example"):
            source = {
                "CSP_CONFIG_URL": f"{here}/contoso/csp-config.git",
                "CSP_CONFIG_COMMIT": UNKNOWN.commit,
                "CI_SERVER_URL": own,
                "CI_JOB_TOKEN": "made-up",
                "SYSTEM_COLLECTIONURI": f"{own}/contoso/",
                "READS": "AUTHORIZATION: bearer made-up",
                "no_proxy": "127.0.0.1",
            }
            ran = fetched(fetching(host), tmp_path, source)
            assert ran.returncode != 0
            assert "made-up" not in ran.stdout + ran.stderr
        server.shutdown()
    basic = b64encode(b"gitlab-ci-token:made-up").decode()
    assert given == [{"gitlab": f"basic {basic}", "azure": "bearer made-up"}[host], ""]
