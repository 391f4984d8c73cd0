"""templates/ from docs/pipelines/: a component for GitLab and a template for Azure Pipelines.

Run by `make docs`. Both hold the jobs of the files to copy; what those files say for themselves (where
csp-config comes from, which folder, which branch) is asked of whoever uses them.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
GITLAB = ROOT / "templates" / "csp-config.yml"
AZURE = ROOT / "templates" / "azure-pipelines.yml"
_COMMIT = "The full commit of csp-config that you have reviewed."
_URL = "The repository that csp-config is fetched from."
_FOLDER = "Folder of the project, where it is not the repository's top."
_ASKED = {"url": _URL, "commit": _COMMIT, "root": _FOLDER}
_VARIABLES = {"CSP_CONFIG_URL": "url", "CSP_CONFIG_COMMIT": "commit", "CSP_CONFIG_ROOT": "root"}


def gitlab_component(text: str) -> str:
    """The component: `spec: inputs:` of the file to copy and of what it is not to decide itself."""
    _, header, jobs = _parted(text, "\nspec:\n", "\n---\n")
    asked = [f"    {name}:\n      description: {words}\n" for name, words in _ASKED.items()]
    inputs = header.removeprefix("  inputs:\n") + "\n"
    variables = "".join(f"    {name}: $[[ inputs.{asked} ]]\n" for name, asked in _VARIABLES.items())
    before, _, after = _parted(jobs, "\nvariables:\n", "\n.csp-config:\n")
    return (
        "# A component of GitLab, made from docs/pipelines/gitlab.yml, which says what to set up before the\n"
        "# first run. docs/pipelines/README.md has a file that uses it. List your own stages with these.\n"
        f'spec:\n  inputs:\n{"".join(asked)}      default: ""\n{inputs}---\n{before}\n'
        f'.csp-config:\n  variables:\n{variables}    GIT_DEPTH: "0" # all of the history\n{after}'
    )


def azure_template(text: str) -> str:
    """The template of stages: the parameters of the file to copy and of what it is not to decide itself."""
    _, parameters, _ = _parted(text, "\nparameters:\n", "\npool:\n")
    stages = text.partition("\nstages:\n")[2]
    asked = [
        f"  - name: {name}\n    displayName: {words}\n    type: string\n" for name, words in _ASKED.items()
    ]
    branch = "  - name: branch\n    displayName: The default branch.\n    type: string\n    default: main\n"
    variables = "".join(
        f"      {name}: ${{{{ parameters.{asked} }}}}\n" for name, asked in _VARIABLES.items()
    )
    stages = stages.replace("'refs/heads/main'", "'refs/heads/${{ parameters.branch }}'")
    stages = re.sub(r"(?m)^    jobs:\n", f"    variables:\n{variables}    jobs:\n", stages)
    return (
        "# A template of stages for Azure, made from docs/pipelines/azure-pipelines.yml, which says what\n"
        "# to set up before the first run. docs/pipelines/README.md has a file that uses it.\n"
        f'parameters:\n{"".join(asked)}    default: ""\n{branch}{parameters}\nstages:\n{stages}'
    )


def _parted(text: str, first: str, last: str) -> tuple[str, str, str]:
    """What stands before the first mark, between the two, and behind the last one."""
    before, _, rest = text.partition(first)
    between, _, after = rest.partition(last)
    return before, between, after


def main() -> None:
    """Write both files."""
    pipelines = ROOT / "docs" / "pipelines"
    GITLAB.write_text(gitlab_component((pipelines / "gitlab.yml").read_text("utf-8")), "utf-8")
    AZURE.write_text(azure_template((pipelines / "azure-pipelines.yml").read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
