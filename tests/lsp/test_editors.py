"""Real editors: headless Neovim with the server; the extension for VS Code is built and packaged."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("pygls")

from tests.lsp.client import EPOCH
from tests.npm import installed
from tests.patience import HANG
from tests.repositories import ENVIRONMENT, Repo

TOP = Path(__file__).parents[2]
EXTENSION = TOP / "editors" / "vscode"
EMEA = "offers/partner-lists/emea-distributors.yaml"


@pytest.mark.skipif(shutil.which("nvim") is None, reason="needs nvim: apt-get install neovim")
def test_neovim_shows_a_diagnostic_completes_a_partner_applies_an_action_and_saves(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    repo = Repo.make(folder)
    shutil.copytree(TOP / "offers", folder / "offers")
    shutil.copy(TOP / "csp-config.yaml", folder)
    repo.run("add", "-A")
    repo.run("commit", "-q", "-m", "offers: As they stand")
    path, tenant = _resold(folder)
    before = (folder / path).read_text()
    out = tmp_path / "seen.json"
    environment = {
        **ENVIRONMENT,
        "HOME": str(tmp_path),
        "SOURCE_DATE_EPOCH": EPOCH,
        "DOCUMENT": path,
        "TENANT": tenant,
        "OUT": str(out),
        "SERVER": json.dumps([sys.executable, "-m", "csp_config", "lsp"]),
    }
    script = Path(__file__).parent / "neovim.lua"
    command = ["nvim", "--headless", "--clean", "-n", "-c", f"luafile {script}"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=400
    )
    assert out.exists(), done.stderr
    seen = json.loads(out.read_text())
    assert "stuck" not in seen, seen
    assert "CSP304" in seen["removed"]
    assert seen["completed"]
    assert tenant in seen["saved"]
    assert seen["formatted"].startswith("csp-config fmt: ")
    assert seen["saved"].index("\nname: ") < seen["saved"].index("\npartners:")
    assert (folder / path).read_text().rstrip("\n") == seen["saved"].rstrip("\n")
    assert tenant in before


def _resold(folder: Path) -> tuple[str, str]:
    """A list, and the tenant of one of its partners who has resold."""
    rows = (folder / "offers/resales/saas-fulfilment.yaml").read_text()
    for path in sorted((folder / "offers/partner-lists").glob("*.yaml")):
        for line in path.read_text().splitlines():
            tenant = line.partition("tenant_id: ")[2].split(",")[0].strip()
            if tenant and tenant in rows:
                return path.relative_to(folder).as_posix(), tenant
    raise AssertionError


@pytest.mark.slow
def test_the_extension_for_vs_code_is_checked_built_and_packaged(tmp_path: Path) -> None:
    folder = tmp_path / "vscode"
    shutil.copytree(EXTENSION, folder, ignore=shutil.ignore_patterns("node_modules", "dist", "*.vsix"))
    installed(EXTENSION, folder)
    command = ["npx", "--no-install", "vsce", "package", "--out", "csp-config.vsix"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(folder / "csp-config.vsix") as packaged:
        names = set(packaged.namelist())
        assert {"extension/dist/extension.js", "extension/package.json"} <= names
        assert not any("node_modules" in name or name.endswith(".ts") for name in names)
        assert b"csp-config/status" in packaged.read("extension/dist/extension.js")


def test_a_workspace_cannot_say_what_the_extension_runs() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text())
    settings = manifest["contributes"]["configuration"]["properties"]
    assert settings["csp-config.path"]["scope"] == "machine"
    assert manifest["capabilities"]["untrustedWorkspaces"]["supported"] is True


@pytest.mark.slow
def test_the_client_of_vs_code_finds_the_places_that_are_meant(tmp_path: Path) -> None:
    scratch, folder = tmp_path / "npm", tmp_path / "sample"
    scratch.mkdir()
    modules = installed(Path(__file__).parent / "node", scratch)
    shutil.copy(Path(__file__).parent / "node" / "client.cjs", modules.parent)
    repo = Repo.make(folder)
    shutil.copytree(TOP / "offers", folder / "offers")
    repo.run("add", "-A")
    repo.run("commit", "-q", "-m", "offers: As they stand")
    server = json.dumps([sys.executable, "-m", "csp_config", "lsp"])
    document = folder / "offers/contoso-desk.yaml"
    command = ["node", str(modules.parent / "client.cjs"), str(document), server]
    environment = {**ENVIRONMENT, "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=HANG)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["encoding"] == "utf-16"
    lines = seen["text"].split("\n")
    number = next(n for n, line in enumerate(lines) if line.startswith("type: "))
    assert seen["spans"] == [["CSP010", number, '"😀"']]
