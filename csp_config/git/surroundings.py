"""Where a run takes place: the variables of hooks and pipelines, turned into one value.

The hosts differ in names more than in kind, so all but three of them are rows of `hosts`. Sources:
https://docs.github.com/actions/reference/workflows-and-actions/variables,
https://docs.gitlab.com/ci/variables/predefined_variables/,
https://learn.microsoft.com/azure/devops/pipelines/build/variables,
https://pre-commit.com/#pre-push
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from csp_config.git.hosts import HOSTS, Host

Event = Literal["home", "proposal", "merge-queue", "push", "tag", "other"]
HOME = "at home"
COMMIT = r"[0-9a-f]{7,64}"
"""A commit id or its beginning: Bitbucket gives 12 digits. Source: https://jira.atlassian.com/browse/BCLOUD-19393"""
_NOT_SAID = ("", "false", "0", "no", "null")
_NOT_NAMED = ("", "null")
_TAGS = ("refs/tags/", "tags/", "origin/tags/")
_PROPOSALS = ("refs/pull/", "refs/merge-requests/", "refs/pull-requests/", "refs/changes/")
_MERGE_QUEUE = "gh-readonly-queue/"  # the branches that GitHub's merge queue has other pipelines build
_AZURE_PUSHES = ("IndividualCI", "BatchedCI")
_REVIEWS = ("pull_request", "pull_request_review", "pull_request_review_comment")


class Pushed(NamedTuple):
    """What pre-commit says of the commits it runs for.

    `source` and `head` are its `--from-ref` and `--to-ref`, or what it found in a push. `branch`: the full
    name of the branch on the other side; empty where no push is under way.
    """

    source: str
    head: str
    branch: str


class Surroundings(NamedTuple):
    """Whose run this is and what started it.

    `host`: as people call it. `branch`: the branch that runs, and `target` the one that a proposal goes to,
    both without `refs/heads/`; None where nobody says. `head`: the commit that is proposed. `base`: the
    commit that the host names to compare with. `before`: where the branch stood before this push; zeros for
    a new one. `commit`: the commit that this run is about, in full or its beginning. `is_push`: a branch was
    pushed, even where the host does not say where it stood before. `merged`: HEAD is the host's own merge of
    the proposal into its target; `merge_train`: it is what a train of GitLab's made, whether or not by a
    merge. `kind`: what the host calls the event. `event_file`: path of GitHub's event.
    """

    host: str = HOME
    event: Event = "home"
    kind: str = ""
    branch: str | None = None
    target: str | None = None
    default_branch: str | None = None
    head: str | None = None
    base: str | None = None
    before: str | None = None
    commit: str | None = None
    is_push: bool = False
    merged: bool = False
    merge_train: bool = False
    event_file: str | None = None
    pushed: Pushed | None = None
    pre_commit: bool = False

    @property
    def at_home(self) -> bool:
        """Whether somebody sits at the keyboard, as far as anyone can tell."""
        return self.event == "home"

    @property
    def is_proposal(self) -> bool:
        """Whether what is checked out is not agreed to yet: a pull request, merge request or merge queue."""
        return self.event in ("proposal", "merge-queue")


def surroundings(environment: Mapping[str, str]) -> Surroundings:
    """Where this process runs, from its environment; nothing is read from disk.

    One host may run inside another, or have left variables behind. The first that speaks of a proposal counts
    then, else the first of all: taken for one by mistake, a run compares more and writes less.
    """
    hosts = [_merge_queue(one) for one in _hosts(environment)]
    found = next((one for one in hosts if one.is_proposal), hosts[0] if hosts else Surroundings())
    return found._replace(pushed=_pushed(environment), pre_commit=bool(_said(environment, ("PRE_COMMIT",))))


def _hosts(environment: Mapping[str, str]) -> Iterator[Surroundings]:
    """Every host of which there is a sign: the three that say most, then those of the table."""
    for sign, read in (("GITHUB_ACTIONS", _github), ("GITLAB_CI", _gitlab), ("TF_BUILD", _azure)):
        if _said(environment, (sign,)):
            yield read(environment)
    for host in HOSTS:
        if _said(environment, host.signs):
            yield _from_table(host, environment)


def _merge_queue(found: Surroundings) -> Surroundings:
    if found.branch is None or not found.branch.startswith(_MERGE_QUEUE) or found.is_proposal:
        return found
    target = found.branch.removeprefix(_MERGE_QUEUE).rpartition("/")[0]
    return found._replace(event="merge-queue", target=target)


def _from_table(host: Host, environment: Mapping[str, str]) -> Surroundings:
    name = _named(environment, host.branch) or ""
    proposed = bool(_said(environment, host.proposal)) or name.startswith(_PROPOSALS)
    proposed = proposed and not _said(environment, host.merged)
    tag = _named(environment, host.tag) or name.startswith(_TAGS)
    event: Event = "proposal" if proposed else "tag" if tag else "other"
    return Surroundings(
        host=host.name,
        event=event,
        branch=None if proposed or tag else _branch(name),
        target=_branch(_named(environment, host.target)) if proposed else None,
        default_branch=_branch(_named(environment, host.default_branch)),
        commit=_commit(environment, (host.proposed if proposed else ()) or host.commit),
        is_push=event == "other" and bool(_said(environment, host.push)),
    )


def _github(environment: Mapping[str, str]) -> Surroundings:
    """GitHub Actions; Gitea and Forgejo use its names, but check out the head of a pull request."""
    name, ref = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_REF", "")
    other = _said(environment, ("GITEA_ACTIONS", "FORGEJO_ACTIONS"))
    event: Event = "other"
    if name in _REVIEWS or name == "pull_request_target":
        event = "proposal"
    elif name == "merge_group":
        event = "merge-queue"
    elif ref.startswith("refs/tags/") or environment.get("GITHUB_REF_TYPE") == "tag":
        event = "tag"
    elif name == "push":
        event = "push"
    return Surroundings(
        host="Gitea or Forgejo Actions" if other else "GitHub Actions",
        event=event,
        kind=name,
        branch=_branch(ref) if event != "proposal" and ref.startswith("refs/heads/") else None,
        target=_branch(environment.get("GITHUB_BASE_REF")) if event == "proposal" else None,
        is_push=event == "push",
        merged=name in _REVIEWS and not other,
        event_file=environment.get("GITHUB_EVENT_PATH", ""),
    )


def _gitlab(environment: Mapping[str, str]) -> Surroundings:
    """GitLab; a merge request's pipeline runs for its head, or for a merge of it that GitLab makes."""
    source = environment.get("CI_PIPELINE_SOURCE", "")
    common = Surroundings(
        host="GitLab CI/CD",
        event="other",
        kind=source,
        default_branch=_branch(environment.get("CI_DEFAULT_BRANCH")),
        commit=_said(environment, ("CI_COMMIT_SHA",)),
    )
    names = ("CI_MERGE_REQUEST_IID", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    if source == "merge_request_event" or _said(environment, names):
        merged = _said(environment, ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA",))
        kind = environment.get("CI_MERGE_REQUEST_EVENT_TYPE") or ("merged_result" if merged else "detached")
        whole = kind in ("merged_result", "merge_train")
        return common._replace(
            event="merge-queue" if kind == "merge_train" else "proposal",
            target=_branch(_said(environment, ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME",))),
            head=_said(environment, ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",)) if whole else None,
            base=merged if whole else _said(environment, ("CI_MERGE_REQUEST_DIFF_BASE_SHA",)),
            merged=kind == "merged_result",
            merge_train=kind == "merge_train",
        )
    if source == "external_pull_request_event" or _said(environment, ("CI_EXTERNAL_PULL_REQUEST_IID",)):
        target = _said(environment, ("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME",))
        return common._replace(event="proposal", target=_branch(target))
    if _said(environment, ("CI_COMMIT_TAG",)):
        return common._replace(event="tag")
    before = _said(environment, ("CI_COMMIT_BEFORE_SHA",))
    pushed = source == "push" or (not source and before is not None and not is_zero(before))
    return common._replace(
        event="push" if pushed else "other",
        branch=_branch(environment.get("CI_COMMIT_BRANCH")),
        before=before if pushed else None,
        is_push=pushed,
    )


def _azure(environment: Mapping[str, str]) -> Surroundings:
    """Azure DevOps; it does not say where a branch stood before a push."""
    reason, ref = environment.get("BUILD_REASON", ""), environment.get("BUILD_SOURCEBRANCH", "")
    commit = _said(environment, ("BUILD_SOURCEVERSION",))
    common = Surroundings(host="Azure Pipelines", event="other", kind=reason, commit=commit)
    if reason == "PullRequest" or ref.startswith("refs/pull/"):
        return common._replace(
            event="proposal",
            target=_branch(environment.get("SYSTEM_PULLREQUEST_TARGETBRANCH")),
            head=_said(environment, ("SYSTEM_PULLREQUEST_SOURCECOMMITID",)),
            merged=True,
        )
    if ref.startswith("refs/tags/"):
        return common._replace(event="tag")
    return common._replace(branch=_branch(ref), is_push=reason in _AZURE_PUSHES)


def _pushed(environment: Mapping[str, str]) -> Pushed | None:
    """What pre-commit says; where the whole history is pushed it names only the branches."""
    branch = environment.get("PRE_COMMIT_REMOTE_BRANCH", "")
    head = environment.get("PRE_COMMIT_TO_REF") or (branch and environment.get("PRE_COMMIT_LOCAL_BRANCH", ""))
    source = environment.get("PRE_COMMIT_FROM_REF", "")
    return Pushed(source=source, head=head, branch=branch) if source or (branch and head) else None


def is_zero(name: str) -> bool:
    """Whether a commit id is the one that hosts write for "none"."""
    return set(name) == {"0"}


def _said(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The first of some variables that says something; of `NAME=word` only that word does."""
    for one in names:
        name, only, word = one.partition("=")
        value = environment.get(name, "").strip()
        if value == word if only else value.lower() not in _NOT_SAID:
            return value
    return None


def _commit(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The first of some variables that holds a commit id, or its beginning: Buildkite's may be `HEAD`."""
    values = (environment.get(name, "").strip() for name in names)
    return next((value for value in values if re.fullmatch(COMMIT, value)), None)


def _named(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The first of some variables that names something: a branch may be called `no`, or `0`."""
    values = (environment.get(name, "").strip() for name in names)
    return next((value for value in values if value not in _NOT_NAMED), None)


def _branch(name: str | None) -> str | None:
    """The name of a branch, from whatever hosts write for it."""
    if not name:
        return None
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/").removeprefix("origin/") or None
