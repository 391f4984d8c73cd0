"""The sample publisher's repository as it grew: four commits on main, one of them a merge."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).parents[2]
LIST = "offers/partner-lists/americas-distributors.yaml"
DESK = "offers/live/contoso-desk.yaml"
TAILSPIN = """\
  - name: Tailspin Cloud
    tenant_id: 1600d642-0cd5-4131-96a6-312087609591
    country: US
    competencies: [Cloud Platform]
"""


def grow(folder: Path, environment: Mapping[str, str]) -> None:
    """Make the repository in an empty folder. Its commits have the same ids at every run."""

    def commit(day: str, author: str, subject: str, *merged: str) -> None:
        who = {
            f"GIT_{role}_{what}": said
            for role in ("AUTHOR", "COMMITTER")
            for what, said in (
                ("NAME", author),
                ("EMAIL", f"{author.split(maxsplit=1)[0].lower()}@contoso.example"),
                ("DATE", f"{day}T09:00:00Z"),
            )
        }
        run("add", "-A")
        run("commit", "-q", "-m", subject, who=who)
        for branch in merged:
            run("checkout", "-q", "main")
            run(
                "merge",
                "-q",
                "--no-ff",
                "-m",
                f"Merge pull request #12 from contoso/{branch}",
                branch,
                who=who,
            )

    def run(*arguments: str, who: Mapping[str, str] | None = None) -> None:
        subprocess.run(["git", *arguments], cwd=folder, env={**environment, **(who or {})}, check=True)

    shutil.copytree(TOP / "offers", folder / "offers")
    shutil.copy(TOP / "csp-config.yaml", folder)
    listed, live = (folder / LIST).read_text("utf-8"), folder / "offers" / "live"
    assert TAILSPIN in listed
    records = {path.name: path.read_bytes() for path in live.iterdir()}
    shutil.rmtree(live)
    (folder / LIST).write_text(listed.replace(TAILSPIN, ""), "utf-8")
    run("init", "-q", "-b", "main")
    commit("2026-10-01", "Ana Lima", "Which partners may resell our offers")
    run("checkout", "-q", "-b", "tailspin")
    (folder / LIST).write_text(listed, "utf-8")
    commit("2026-10-20", "Ben Okafor", "Tailspin Cloud sells in the Americas", "tailspin")
    live.mkdir()
    (folder / DESK).write_bytes(records.pop(Path(DESK).name))
    commit("2026-11-09", "Ana Lima", "Record what Partner Center holds for Contoso Desk")
    for name, content in records.items():
        (live / name).write_bytes(content)
    commit("2026-11-18", "Ana Lima", "File the request for Contoso Insights")
