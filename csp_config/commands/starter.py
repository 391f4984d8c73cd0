"""What `csp-config init` writes: a publisher's first files, complete and with made-up values."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from csp_config.commands.source import UNKNOWN
from csp_config.editing import scalar
from csp_config.facts import shipped_text
from csp_config.loading import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from csp_config.commands.source import Source

OFFER = """\
# yaml-language-server: $schema=@schemas@/offer.schema.json
# An offer, as it stands in Partner Center. One document for each offer; put your own values everywhere.
kind: Offer
id: sample-offer                 # the offer ID in Partner Center
name: Sample Offer
type: saas
published: false                 # true once it is live in the marketplace
markets: [US, CA, DE, "NO"]
csp:
  resellers: selected            # any | selected | none
  partner_lists: [first-partners]
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support:
    url: https://contoso.example/support
    documentation_url: https://contoso.example/documentation
    training_url: https://contoso.example/training
    service_health_url: https://contoso.example/health
"""

PARTNERS = """\
# yaml-language-server: $schema=@schemas@/partner-list.schema.json
# Partners that sell together. `csp-config import partners FILE.csv --list first-partners` fills it.
kind: PartnerList
id: first-partners
name: First partners
partners:
  - name: Fabrikam Cloud
    tenant_id: 0f1e2d3c-4b5a-4697-8877-665544332211
    country: DE                  # where the tenant sells from; it decides the CSP region
  - name: Northwind Traders
    tenant_id: 2b7c1d90-8e3f-4a61-9c25-d0e1f2a3b4c5
    country: US
"""

SETTINGS = """\
# yaml-language-server: $schema=schemas/config.schema.json
# publisher: contoso             # your publisher ID in Partner Center
roots: [offers]
@default_branch@

# Goes into support requests.
# contact: {name: Ana Lima, email: csp@contoso.example}

# Who has resold what decides which partners may be removed. `required: true` makes it an error not to know.
resale_data: {required: false, max_age_days: 30}

# More removals than this from one offer in one change, and somebody has to acknowledge them.
guards: {max_removals: 10, max_removal_percent: 25}
"""

_NO_BRANCH = "# default_branch: main         # without it, the one that origin/HEAD leads to"

HOOKS_HEAD = """\
# `pre-commit install` sets these up.
repos:
"""

HOOKS = """\
  - repo: local
    hooks:
      - id: csp-config-fmt
        name: csp-config fmt
        language: system
        entry: csp-config fmt
        files: ^(@files@|csp-config\\.yaml)$
        require_serial: true
      - id: csp-config-validate
        name: csp-config validate
        language: system
        entry: csp-config validate --staged
        always_run: true         # with `files:` it would be skipped on a commit that only deletes
        pass_filenames: false
"""

PIPELINES = {
    "github": (".github/workflows/csp-config.yml", "github.yml"),
    "gitlab": (".gitlab-ci.yml", "gitlab.yml"),
    "azure": ("azure-pipelines.yml", "azure-pipelines.yml"),
}
"""--pipeline -> the path of its file, and the name of the file in docs/pipelines."""

BESIDE = {
    "github": ".github/workflows/{}.yml",
    "gitlab": ".gitlab/{}.yml",
    "azure": "azure-pipelines-{}.yml",
}
"""--pipeline -> the path of a file beside one that is there already, which runs something else."""

_ACTION = "contoso/csp-config@0123456789abcdef0123456789abcdef01234567"
_NO_ACTION = "./csp-config-is-not-here # csp-config init --pipeline github --from git+https://github.com/OWNER/csp-config@COMMIT"
_HOSTS = {"github": "github", "gitlab": "gitlab", "azure": "azure", "visualstudio": "azure"}
"""A part of a code host's name -> --pipeline."""


_COPY = "copy this file to .gitlab-ci.yml, or include it from there."
_INCLUDED = ".gitlab-ci.yml includes this file."
_FORM = """\
#
# The form needs its inputs: begin .gitlab-ci.yml with the lines from `spec:` to `---` below, and hand them
# on:
#
#    include:
#      - local: /@path@
#        inputs:
@inputs@"""

_ROOT = {
    "github": ("permissions: {}\n", "\nenv:\n  CSP_CONFIG_ROOT: {}\n"),
    "gitlab": ("\nvariables:\n", "  CSP_CONFIG_ROOT: {}\n"),
    "azure": ("\nvariables:\n", "  - name: CSP_CONFIG_ROOT\n    value: {}\n"),
}
"""--pipeline -> a line, and the lines to insert after it to set a project folder below git's top."""


def _glob(branch: str) -> str:
    """A branch in a filter of GitHub, where `+` and a `!` at the start are signs.

    Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet.
    """
    return scalar(re.sub(r"\+|^!", r"\\\g<0>", branch))


def _in_expression(branch: str) -> str:
    """A branch in a text of an expression of Azure Pipelines."""
    return branch.replace("'", "''")


_BRANCH: Mapping[str, tuple[tuple[str, Callable[[str], str]], ...]] = {
    "github": (("branches: [{}]", _glob),),
    "gitlab": (),
    "azure": (("include: [{}]", scalar), ("refs/heads/{}'", _in_expression)),
}
"""--pipeline -> the words in which the default branch stands, and how it is written there."""


def settings(branch: str) -> str:
    """The text of the settings, for a default branch; one that they cannot name is left out."""
    text = fill(SETTINGS, default_branch=f"default_branch: {scalar(branch)}")
    return fill(SETTINGS, default_branch=_NO_BRANCH) if load_settings(text.encode())[1] else text


def pipeline_for(host: str) -> str | None:
    """The --pipeline of a code host, by its name; None where the name does not show it."""
    return next((_HOSTS[part] for part in host.lower().split(".") if part in _HOSTS), None)


def pipeline(name: str, source: Source, branch: str, folder: str = "", origin: str = "") -> str:
    """The text of a pipeline file, for a source of csp-config, a default branch and a project's folder.

    `origin`: the address of a repository on that code host, where it is known.
    """
    text = shipped_text("pipelines", PIPELINES[name][1])
    action = source.action(origin) or _NO_ACTION
    pipeline_text = (
        text.replace(_ACTION, action).replace(UNKNOWN.url, source.url).replace(UNKNOWN.commit, source.commit)
    )
    for words, written in _BRANCH[name]:
        pipeline_text = pipeline_text.replace(words.format("main"), words.format(written(branch)))
    return _in_folder(name, pipeline_text, folder) if folder else pipeline_text


def _in_folder(name: str, text: str, folder: str) -> str:
    """A pipeline for the project in a folder; on GitHub workflow and findings have a name of their own."""
    before, after = _ROOT[name]
    text = text.replace(before, before + after.format(json.dumps(folder)), 1)
    for words in ("\nname: csp-config\n", " category: csp-config\n") if name == "github" else ():
        text = text.replace(words, words.replace("csp-config", f"csp-config {folder}"))
    return text


def included(text: str, path: str, stage: str) -> str:
    """GitLab's pipeline as a file that .gitlab-ci.yml includes: it changes nothing of the other jobs there.

    `path`: its own; `stage`: one that there is, in which each job starts when its `needs` have ended.
    """
    mark = path.rpartition("/")[2].removesuffix(".yml").removeprefix("csp-config")
    opening, _, rest = text.partition("\nspec:\n")
    inputs, _, jobs = rest.partition("\n---\n")
    handed_on = "".join(
        f"#          {name}: $[[ inputs.{name} ]]\n" for name in re.findall(r"(?m)^    (\w+):", inputs)
    )
    variables, _, jobs = jobs.partition("\nvariables:\n")[2].partition("\n\n.csp-config:\n")
    jobs = re.sub(r"(?m)^  stage: \w+\n(?!  needs:)", f"  stage: {scalar(stage)}\n  needs: []\n", jobs)
    jobs = re.sub(r"(?m)^  stage: \w+\n(?=  needs: \[\")", f"  stage: {scalar(stage)}\n", jobs)
    jobs = re.sub(r"(?m)^csp-config:|(?<=\")csp-config:(?=\w+\"\])", f"csp-config{mark}:", jobs)
    jobs = jobs.replace("  extends: .csp-config\n", f"  extends: .csp-config{mark}\n")
    if mark and "CSP_CONFIG_ROOT" not in variables:
        variables = f'  CSP_CONFIG_ROOT: "" # git\'s top, whatever another project sets\n{variables}'
    variables = re.sub(r"(?m)^", "  ", variables)
    return (
        f"{opening.replace(_COPY, _INCLUDED)}"
        + fill(_FORM, path=path, inputs=handed_on)
        + f"\nspec:\n{inputs}\n---\n.csp-config{mark}:\n  variables:\n{variables}\n{jobs}"
    )


def fill(text: str, **values: str) -> str:
    """A text of this module with its `@placeholders@` replaced."""
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
