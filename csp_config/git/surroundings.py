"""Where a run takes place: the variables of hooks and pipelines, turned into one value.

The hosts differ in names more than in kind, so all but three of them are rows of one table. Sources:
https://docs.github.com/actions/reference/workflows-and-actions/variables,
https://docs.gitlab.com/ci/variables/predefined_variables/,
https://learn.microsoft.com/azure/devops/pipelines/build/variables,
https://www.jenkins.io/doc/book/pipeline/multibranch/,
https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/,
https://buildkite.com/docs/pipelines/environment-variables,
https://docs.drone.io/pipeline/environment/reference/,
https://woodpecker-ci.org/docs/usage/environment,
https://docs.travis-ci.com/user/environment-variables/,
https://circleci.com/docs/variables/,
https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html,
https://www.appveyor.com/docs/environment-variables/,
https://cirrus-ci.org/guide/writing-tasks/,
https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html,
https://pre-commit.com/#pre-push
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Event = Literal["home", "proposal", "merge-queue", "push", "tag", "other"]
HOME = "at home"
_NOT_SAID = ("", "false", "0", "no", "null")
_MERGE_QUEUE = "gh-readonly-queue/"  # the branches that GitHub's merge queue has other pipelines build
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
    commit that the host names to compare with. `before`: where the branch stood before this push; zeros for a
    new one. `merged`: HEAD is the host's own merge of the proposal into its target. `kind`: what the host
    calls the event. `event_file`: path of GitHub's event.
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
    merged: bool = False
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


class _Host(NamedTuple):
    """The variables of one host; the first that says something counts.

    `signs`: any of them tells the host. `proposal`: any of them says that this is one. In a proposal `branch`
    may be its target on some hosts, so there only `target` is asked.
    """

    name: str
    signs: tuple[str, ...]
    proposal: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    branch: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    default_branch: tuple[str, ...] = ()


HOSTS: tuple[_Host, ...] = (
    _Host(
        "Jenkins",
        ("JENKINS_URL", "JENKINS_HOME", "CHANGE_TARGET", "ghprbTargetBranch", "gitlabTargetBranch"),
        ("CHANGE_ID", "CHANGE_TARGET", "ghprbPullId", "gitlabMergeRequestIid"),
        ("CHANGE_TARGET", "ghprbTargetBranch", "gitlabTargetBranch"),
        ("BRANCH_NAME", "GIT_BRANCH"),
        ("TAG_NAME",),
    ),
    _Host(
        "Bitbucket Pipelines",
        ("BITBUCKET_BUILD_NUMBER", "BITBUCKET_COMMIT", "BITBUCKET_PR_DESTINATION_BRANCH", "BITBUCKET_BRANCH"),
        ("BITBUCKET_PR_ID", "BITBUCKET_PR_DESTINATION_BRANCH"),
        ("BITBUCKET_PR_DESTINATION_BRANCH",),
        ("BITBUCKET_BRANCH",),
        ("BITBUCKET_TAG",),
    ),
    _Host(
        "Buildkite",
        ("BUILDKITE", "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "BUILDKITE_BRANCH"),
        ("BUILDKITE_PULL_REQUEST", "BUILDKITE_MERGE_QUEUE_BASE_BRANCH"),
        ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "BUILDKITE_MERGE_QUEUE_BASE_BRANCH"),
        ("BUILDKITE_BRANCH",),
        ("BUILDKITE_TAG",),
        ("BUILDKITE_PIPELINE_DEFAULT_BRANCH",),
    ),
    _Host(
        "Drone",
        ("DRONE", "DRONE_BUILD_EVENT"),
        ("DRONE_PULL_REQUEST",),
        ("DRONE_TARGET_BRANCH", "DRONE_BRANCH"),
        ("DRONE_BRANCH", "DRONE_SOURCE_BRANCH"),
        ("DRONE_TAG",),
        ("DRONE_REPO_BRANCH",),
    ),
    _Host(
        "Woodpecker",
        ("CI_SYSTEM_NAME", "CI_PIPELINE_EVENT", "CI_FORGE_TYPE"),
        ("CI_COMMIT_PULL_REQUEST",),
        ("CI_COMMIT_TARGET_BRANCH", "CI_COMMIT_BRANCH"),
        ("CI_COMMIT_BRANCH",),
        ("CI_COMMIT_TAG",),
        ("CI_REPO_DEFAULT_BRANCH",),
    ),
    _Host(
        "Travis CI",
        ("TRAVIS", "TRAVIS_BRANCH"),
        ("TRAVIS_PULL_REQUEST",),
        ("TRAVIS_BRANCH",),
        ("TRAVIS_BRANCH",),
        ("TRAVIS_TAG",),
    ),
    _Host(
        "CircleCI",
        ("CIRCLECI", "CIRCLE_SHA1"),
        ("CIRCLE_PULL_REQUEST", "CIRCLE_PULL_REQUESTS", "CIRCLE_PR_NUMBER"),
        (),
        ("CIRCLE_BRANCH",),
        ("CIRCLE_TAG",),
    ),
    _Host("TeamCity", ("TEAMCITY_VERSION",)),
    _Host(
        "AppVeyor",
        ("APPVEYOR",),
        ("APPVEYOR_PULL_REQUEST_NUMBER",),
        ("APPVEYOR_REPO_BRANCH",),
        ("APPVEYOR_REPO_BRANCH",),
        ("APPVEYOR_REPO_TAG_NAME",),
    ),
    _Host(
        "Cirrus CI",
        ("CIRRUS_CI",),
        ("CIRRUS_PR",),
        ("CIRRUS_BASE_BRANCH",),
        ("CIRRUS_BRANCH",),
        ("CIRRUS_TAG",),
        ("CIRRUS_DEFAULT_BRANCH",),
    ),
    _Host(
        "AWS CodeBuild",
        ("CODEBUILD_BUILD_ID", "CODEBUILD_BUILD_ARN"),
        ("CODEBUILD_WEBHOOK_BASE_REF",),
        ("CODEBUILD_WEBHOOK_BASE_REF",),
        ("CODEBUILD_WEBHOOK_HEAD_REF",),
    ),
    _Host("a pipeline", ("CI", "CONTINUOUS_INTEGRATION")),
)
"""Every host but GitHub, GitLab and Azure DevOps, which say more; the last row is all that are not known."""


def surroundings(environment: Mapping[str, str]) -> Surroundings:
    """Where this process runs, from its environment; nothing is read from disk."""
    if environment.get("GITHUB_ACTIONS") == "true":
        found = _github(environment)
    elif environment.get("GITLAB_CI") == "true":
        found = _gitlab(environment)
    elif environment.get("TF_BUILD", "").lower() == "true":
        found = _azure(environment)
    else:
        host = next((host for host in HOSTS if _said(environment, host.signs)), None)
        found = Surroundings() if host is None else _from_table(host, environment)
    if found.branch and found.branch.startswith(_MERGE_QUEUE) and not found.is_proposal:
        target = found.branch.removeprefix(_MERGE_QUEUE).rpartition("/")[0]
        found = found._replace(event="merge-queue", target=target)
    return found._replace(pushed=_pushed(environment), pre_commit=bool(_said(environment, ("PRE_COMMIT",))))


def _from_table(host: _Host, environment: Mapping[str, str]) -> Surroundings:
    proposed = bool(_said(environment, host.proposal))
    tag = _said(environment, host.tag)
    event: Event = "proposal" if proposed else "tag" if tag else "other"
    return Surroundings(
        host=host.name,
        event=event,
        branch=None if proposed or tag else _branch(_said(environment, host.branch)),
        target=_branch(_said(environment, host.target)) if proposed else None,
        default_branch=_branch(_said(environment, host.default_branch)),
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
            merged=whole,
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
    )


def _azure(environment: Mapping[str, str]) -> Surroundings:
    """Azure DevOps; it does not say where a branch stood before a push."""
    reason, ref = environment.get("BUILD_REASON", ""), environment.get("BUILD_SOURCEBRANCH", "")
    common = Surroundings(host="Azure Pipelines", event="other", kind=reason)
    if reason == "PullRequest" or ref.startswith("refs/pull/"):
        return common._replace(
            event="proposal",
            target=_branch(environment.get("SYSTEM_PULLREQUEST_TARGETBRANCH")),
            head=_said(environment, ("SYSTEM_PULLREQUEST_SOURCECOMMITID",)),
            merged=True,
        )
    if ref.startswith("refs/tags/"):
        return common._replace(event="tag")
    return common._replace(branch=_branch(ref))


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
    """The first of some variables that says something."""
    for name in names:
        value = environment.get(name, "").strip()
        if value.lower() not in _NOT_SAID:
            return value
    return None


def _branch(name: str | None) -> str | None:
    """The name of a branch, from whatever hosts write for it."""
    if not name:
        return None
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/").removeprefix("origin/") or None
