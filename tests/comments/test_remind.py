"""One issue about what has waited too long, on all three code hosts, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.commands.remind import remind
from csp_config.errors import TargetError
from csp_config.model.work import Status, Waiting
from csp_config.targets.code_hosts import find_issues
from tests.acceptance.program import csp_config
from tests.comments import issue_hosts
from tests.comments.code_hosts import SOMEBODY, TOKEN, serving
from tests.comments.issue_hosts import HOSTS, TITLE, Hosts
from tests.pipelines.surroundings import OFFER, TENANTS, partner_list
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = f"""\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-20T10:15:00Z"
observed_from: manual
published: true
resellers: selected
partners:
  - {{tenant_id: {TENANTS[0]}, name: Fabrikam, country: DE}}
  - {{tenant_id: {TENANTS[1]}, name: Adatum, country: DE}}
requests:
  - id: contoso-insights-3f9a2c41
    move: {{from: selected, to: selected}}
    remove: [{{tenant_id: {TENANTS[1]}, name: Adatum, country: DE}}]
    status: filed
    drafted_at: "2026-11-01T09:00:00Z"
    filed_at: "2026-11-02T09:00:00Z"
    ticket: "2611200030001234"
"""


WAITING = Waiting(
    offer="contoso-insights",
    id="contoso-insights-3f9a2c41",
    what="selected -> selected",
    waits_on="microsoft",
    state="filed",
    since="2026-11-02T09:00:00Z",
    age_days=20,
    ticket="2611200030001234",
    remove=(TENANTS[1],),
    next="when it is answered: csp-config record granted contoso-insights-3f9a2c41",
)
FOUND = Status(waiting=(WAITING,))


@pytest.fixture(params=list(HOSTS))
def host(request: pytest.FixtureRequest) -> Iterator[Hosts]:
    """Each of the three code hosts."""
    host = HOSTS[request.param]()
    with serving(host):
        yield host
    assert host.violations == []


def kept(host: Hosts, found: Status, days: int = 14, project: str = "") -> str:
    """What became of the issue, with the host's real HTTP in between."""
    return remind(find_issues(None, host.variables()), found, days, project).result


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A request was filed twenty days ago."""
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/emea.yaml", partner_list(0))
    repo.commit(**{"contoso-insights": OFFER, "live/contoso-insights": RECORD})
    return repo


def test_the_command_makes_the_issue_of_what_status_says(host: Hosts, repo: Repo) -> None:
    ran = csp_config(repo.path, "remind", environment=host.variables())
    assert (ran.code, ran.errors) == (0, "")
    assert ran.output.startswith("issue created: http")
    assert TOKEN not in ran.said
    (issue,) = host.issues
    assert issue.title == TITLE
    assert "filed 20 days ago (ticket 2611200030001234)" in issue.body


def test_an_issue_is_kept_up_to_date_and_closed(host: Hosts) -> None:
    assert kept(host, FOUND) == "created"
    (issue,) = host.issues
    assert kept(host, FOUND) == "unchanged"
    assert kept(host, Status(waiting=(WAITING._replace(ticket="2611200030005678"),))) == "updated"
    assert "2611200030005678" in issue.body
    assert kept(host, FOUND, days=60) == "closed"
    assert issue.state == {"opened": "closed", "open": "closed", "To Do": "Done"}[host.opened]
    assert "Nothing has waited for more than 60 days." in issue.body
    assert kept(host, FOUND, days=60) == "nothing"
    assert kept(host, FOUND) == "created"
    assert len(host.issues) == 2


def test_what_is_younger_makes_no_issue(host: Hosts) -> None:
    assert kept(host, FOUND, days=20) == "nothing"
    assert host.issues == []


def test_names_are_no_markup_in_an_issue(host: Hosts) -> None:
    kept(host, Status(waiting=(WAITING._replace(next="<img src=x> `</pre>`"),)))
    assert "<img" not in host.issues[0].body.replace("`` <img src=x> `</pre>` ``", "")


def test_issues_of_others_are_left_alone(host: Hosts) -> None:
    theirs = host.put(TITLE, "mine", host.opened, SOMEBODY)
    other = host.put(f"{TITLE} in teams/a", "another project's", host.opened)
    proposal = (
        host.put(TITLE, "a pull request", "open", pull_request=True) if host.opened == "open" else other
    )
    before = [theirs.body, other.body, proposal.body]
    assert kept(host, FOUND) == "created"
    assert [theirs.body, other.body, proposal.body] == before


def test_an_issue_stays_open_where_not_everything_could_be_read(host: Hosts) -> None:
    kept(host, FOUND)
    assert kept(host, Status(waiting=(), unread=("offers/broken.yaml",))) == "unchanged"
    assert kept(host, Status(waiting=(), not_planned=("contoso-desk",))) == "unchanged"
    assert host.issues[0].state == host.opened


def test_every_project_has_an_issue_of_its_own(host: Hosts) -> None:
    for team in ("teams/a", "teams/b"):
        assert kept(host, FOUND, project=team) == "created"
    assert [issue.title for issue in host.issues] == [f"{TITLE} in teams/{team}" for team in ("a", "b")]


def test_a_token_that_may_not_is_told_what_it_lacks(host: Hosts) -> None:
    variables = {name: value if value != TOKEN else "another" for name, value in host.variables().items()}
    with pytest.raises(TargetError, match="the token was not accepted") as refused:
        remind(find_issues(None, variables), FOUND, 14, "")
    assert refused.value.help
    assert "another" not in refused.value.message


def test_what_could_not_be_read_is_said(repo: Repo) -> None:
    repo.write("offers/broken.yaml", "kind: [\n")
    host = issue_hosts.GitHub()
    with serving(host):
        ran = csp_config(repo.path, "remind", "--older-than", "60", environment=host.variables())
    assert (ran.code, ran.output) == (1, "no issue is needed\n")
    assert "not everything could be read: offers/broken.yaml" in ran.errors


def test_at_home_there_is_no_host(repo: Repo) -> None:
    ran = csp_config(repo.path, "remind")
    assert ran.code == 64
    assert "not a pipeline of GitHub, GitLab or Azure DevOps" in ran.errors
