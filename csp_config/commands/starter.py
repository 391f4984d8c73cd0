"""What `csp-config init` writes: a publisher's first files, complete and with made-up values."""

from __future__ import annotations

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
default_branch: main

# Goes into support requests.
# contact: {name: Ana Lima, email: csp@contoso.example}

# Who has resold what decides which partners may be removed. `required: true` makes it an error not to know.
resale_data: {required: false, max_age_days: 30}

# More removals than this from one offer in one change, and somebody has to acknowledge them.
guards: {max_removals: 10, max_removal_percent: 25}
"""

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

GITHUB = """\
# What csp-config says of a pull request: the errors at their lines, the plan in the run's summary.
name: csp-config
on: pull_request
permissions:
  contents: read
jobs:
  csp-config:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3
        with:
          fetch-depth: 2         # the merge and the commit before it, to compare with
          persist-credentials: false
      - uses: actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0
        with:
          python-version: "3.12"
      - run: pip install csp-config==@version@
      - run: csp-config validate --format github
      - run: csp-config plan --format markdown >> "$GITHUB_STEP_SUMMARY"
        if: ${{ !cancelled() }}
"""

GITLAB = """\
csp-config:
  image: python:3.12
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: "0"               # the commit to compare with may be any number of commits back
  script:
    - pip install csp-config==@version@
    - csp-config validate
    - csp-config plan
"""

AZURE = """\
# For pull requests in Azure Repos, make this pipeline a build validation policy of the branch.
trigger: none
pool:
  vmImage: ubuntu-latest
steps:
  - checkout: self
    fetchDepth: 2                # the merge and the commit before it, to compare with
    persistCredentials: false
  - task: UsePythonVersion@0
    inputs:
      versionSpec: "3.12"
  - script: pip install csp-config==@version@
  - script: csp-config validate
  - script: csp-config plan
    condition: succeededOrFailed()
"""

PIPELINES = {
    "github": (".github/workflows/csp-config.yml", GITHUB),
    "gitlab": (".gitlab-ci.yml", GITLAB),
    "azure": ("azure-pipelines.yml", AZURE),
}
"""--pipeline -> where its file goes, and what it holds."""


def filled(text: str, **values: str) -> str:
    """A text of this module with its `@words@` filled in."""
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
