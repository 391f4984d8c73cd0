"""The language server says of unsaved buffers what `validate` says of the same bytes on disk."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls")

from tests import forked
from tests.lsp.client import EPOCH, Client, path_of
from tests.matrix import fast_first
from tests.patience import wait_until
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).parents[2]
DESK = "offers/contoso-desk.yaml"
INSIGHTS = "offers/contoso-insights.yaml"
EMEA = "offers/partner-lists/emea-distributors.yaml"
DAMAGE = (
    "id: x\n",
    "  tenant_id: 1\n",
    "\t",
    "&a ",
    "\u202e",
    "published: false\n",
    "😀",
    "'",
    "\r\n",
    "- {name: x}\n",
)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample as a repository with one commit."""
    folder = tmp_path / "sample"
    repo = Repo.make(folder)
    for name in ("offers", "csp-config.yaml"):
        source = TOP / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    repo.run("add", "-A")
    repo.run("commit", "-q", "-m", "offers: As they stand")
    return folder


@pytest.fixture
def client(sample: Path) -> Iterator[Client]:
    with Client(sample) as client:
        yield client


def validated(folder: Path) -> dict[str, list[tuple[str, int, int, str]]]:
    """What `validate` says of the files: as `Client.settled`, with columns in UTF-16."""
    environment = {**ENVIRONMENT, "SOURCE_DATE_EPOCH": EPOCH}
    done = forked.run(["validate", "--format", "json"], cwd=folder, env=environment)
    found: dict[str, list[tuple[str, int, int, str]]] = {}
    for one in json.loads(done.stdout)["diagnostics"]:
        path = folder / one["path"]
        text = path.read_bytes().decode("utf-8-sig", "replace") if path.exists() else ""
        line = [*text.split("\n"), ""][one["line"] - 1]
        column = len(line[: one["column"] - 1].encode("utf-16-le", "surrogatepass")) // 2
        accepted = f" (acknowledged: {one['acknowledged']})" if one.get("acknowledged") else ""
        message = one["message"] + accepted + (f"\n{one['help']}" if one.get("help") else "")
        found.setdefault(one["path"], []).append((one["code"], one["line"] - 1, column, message))
    return found


def text(folder: Path, path: str) -> str:
    return (folder / path).read_text("utf-8")


def without(content: str, what: str) -> str:
    """The text without the line that holds something."""
    kept = [line for line in content.splitlines(keepends=True) if what not in line]
    assert len(kept) < len(content.splitlines())
    return "".join(kept)


def resold(folder: Path) -> tuple[str, str]:
    """A list, and the tenant of its first partner, who has resold an offer of that list."""
    rows = text(folder, "offers/resales/saas-fulfilment.yaml")
    for path in sorted((folder / "offers/partner-lists").glob("*.yaml")):
        for line in path.read_text().splitlines():
            tenant = line.partition("tenant_id: ")[2].split(",")[0].strip()
            if tenant and tenant in rows:
                return path.relative_to(folder).as_posix(), tenant
    raise AssertionError


def test_a_removal_that_cannot_be_taken_back_is_told_before_the_file_is_saved(client: Client) -> None:
    path, tenant = resold(client.folder)
    client.open(path)
    client.settled()
    before = text(client.folder, path)
    changed = _without_entry(before, tenant)
    client.change(path, changed)
    found = client.settled()
    codes = {code for diagnostics in found.values() for code, *_ in diagnostics}
    assert "CSP304" in codes
    (client.folder / path).write_text(changed)
    assert {p: sorted(d) for p, d in found.items()} == {
        p: sorted(d) for p, d in validated(client.folder).items()
    }


def _without_entry(content: str, tenant: str) -> str:
    """The text without the entry of a tenant, on one line or several."""
    lines = content.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if tenant in line)
    first = max(n for n in range(at + 1) if lines[n].lstrip().startswith("- "))
    indent = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and len(lines[last]) - len(lines[last].lstrip()) > indent:
        last += 1
    return "".join([*lines[:first], *lines[last:]])


@pytest.mark.parametrize("seed", fast_first(range(4)))
def test_after_every_change_the_answers_are_those_of_validate(seed: int, client: Client) -> None:
    random = Random(seed)  # noqa: S311 - a seed, to make the same ones again
    paths = [DESK, INSIGHTS, EMEA, "csp-config.yaml"]
    for path in paths:
        client.open(path)
    client.settled()
    for _ in range(5):
        path = random.choice(paths)
        before = text(client.folder, path)
        at = random.randrange(len(before))
        after = before[:at] + random.choice(DAMAGE) + before[at:]
        client.change(path, after)
        found = client.settled()
        kept = (client.folder / path).read_bytes()
        (client.folder / path).write_bytes(after.encode())
        wanted = validated(client.folder)
        (client.folder / path).write_bytes(kept)
        assert {p: sorted(d) for p, d in found.items()} == {p: sorted(d) for p, d in wanted.items()}
        client.change(path, before)
        client.settled()


def test_columns_count_utf16_and_lines_may_end_in_crlf(client: Client) -> None:
    client.open(DESK)
    content = (
        text(client.folder, DESK)
        .replace("name: Contoso Desk", 'name: "😀 Desk \u202e"')
        .replace("\n", "\r\n")
    )
    client.change(DESK, content)
    client.settled()
    (found,) = [d for d in client.diagnostics[client.uri(DESK)] if d["code"] == "CSP003"]
    assert found["range"]["start"] == {"line": 3, "character": len('name: "') + 2 + len(" Desk ")}


def test_a_byte_order_mark_that_the_editor_hides_is_told(client: Client) -> None:
    path = client.folder / DESK
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    client.open(DESK)
    assert [found[0] for found in client.settled()[DESK]] == ["CSP003"]
    client.change(DESK, text(client.folder, DESK).removeprefix("\ufeff") + "# more\n")
    assert [found[0] for found in client.settled()[DESK]] == ["CSP003"]


def test_hover_tells_of_a_partner_a_list_and_an_offer(client: Client) -> None:
    client.open(EMEA)
    client.open(DESK)
    lines = text(client.folder, EMEA).splitlines()
    number = next(n for n, line in enumerate(lines) if "tenant_id: " in line)
    column = lines[number].index("tenant_id: ") + 15
    said = client.at("hover", EMEA, number, column)["contents"]["value"]
    assert "emea-distributors" in said
    assert "May resell" in said
    lines = text(client.folder, DESK).splitlines()
    number = next(n for n, line in enumerate(lines) if "partner_lists" in line)
    said = client.at("hover", DESK, number, lines[number].index("americas") + 3)["contents"]["value"]
    assert "partners" in said
    number = next(n for n, line in enumerate(lines) if "resellers" in line)
    said = client.at("hover", DESK, number, 4)["contents"]["value"]
    assert "plan: nothing to do" in said.lower()


def test_a_list_leads_to_its_file_and_an_offer_to_its_live_record(client: Client) -> None:
    client.open(DESK)
    lines = text(client.folder, DESK).splitlines()
    number = next(n for n, line in enumerate(lines) if "partner_lists" in line)
    (found,) = client.at("definition", DESK, number, lines[number].index("americas") + 3)
    assert found["uri"].endswith("partner-lists/americas-distributors.yaml")
    found = client.at("definition", DESK, 2, 6)
    assert [one["uri"].rpartition("sample/")[2] for one in found] == [DESK, "offers/live/contoso-desk.yaml"]
    context = {"context": {"includeDeclaration": True}}
    found = client.at("references", DESK, number, lines[number].index("americas") + 3, **context)
    assert client.uri(DESK) in {one["uri"] for one in found}


def test_a_partner_is_completed_by_name_as_a_whole_entry(client: Client) -> None:
    client.open(DESK)
    content = text(client.folder, DESK)
    typed = content.replace("  partner_lists:", "  partners:\n    - \n  partner_lists:")
    client.change(DESK, typed)
    number = typed.splitlines().index("    - ")
    items = client.at("completion", DESK, number, 6)
    assert items
    chosen = items[0]
    lines = typed.splitlines(keepends=True)
    span = chosen["textEdit"]["range"]
    assert span == {"start": {"line": number, "character": 6}, "end": {"line": number, "character": 6}}
    lines[number] = f"    - {chosen['textEdit']['newText']}\n"
    client.change(DESK, "".join(lines))
    codes = {found[0] for found in client.settled().get(DESK, [])}
    assert not codes & {"CSP001", "CSP010", "CSP011"}
    lens = client.ask("textDocument/codeLens", {"textDocument": {"uri": client.uri(DESK)}})
    assert lens[0]["command"]["title"].startswith("plan: +1")


def test_lists_offers_and_countries_are_completed(client: Client) -> None:
    client.open(DESK)
    lines = text(client.folder, DESK).splitlines()
    number = next(n for n, line in enumerate(lines) if "partner_lists" in line)
    labels = [item["label"] for item in client.at("completion", DESK, number, lines[number].index("[") + 1)]
    assert labels == ["americas-distributors", "emea-distributors", "security-specialists"]
    number = next(n for n, line in enumerate(lines) if "markets" in line)
    labels = [item["label"] for item in client.at("completion", DESK, number, lines[number].index("[") + 1)]
    assert {"DE", "NO", "US"} <= set(labels)


def edited(content: str, edits: list[dict[str, Any]]) -> str:
    """The text after the edits of an action; each stands alone."""
    (edit,) = edits
    lines = content.split("\n")
    start, end = edit["range"]["start"], edit["range"]["end"]
    before = "\n".join([*lines[: start["line"]], lines[start["line"]][: start["character"]]])
    after = "\n".join([lines[end["line"]][end["character"] :], *lines[end["line"] + 1 :]])
    return f"{before}{edit['newText']}{after}"


def actions(client: Client, path: str, line: int = 0, to: int = 1000) -> list[dict[str, Any]]:
    span = {"start": {"line": line, "character": 0}, "end": {"line": to, "character": 0}}
    document = {"textDocument": {"uri": client.uri(path)}, "range": span, "context": {"diagnostics": []}}
    found: list[dict[str, Any]] = client.ask("textDocument/codeAction", document)
    return found


def test_a_partner_that_was_taken_out_is_put_back_by_an_action(client: Client) -> None:
    path, tenant = resold(client.folder)
    client.open(path)
    changed = _without_entry(text(client.folder, path), tenant)
    client.change(path, changed)
    told = client.settled()
    where = next(p for p, diagnostics in told.items() if any(d[0] == "CSP304" for d in diagnostics))
    put_back = [one for one in actions(client, where) if one["title"].startswith("Put ")]
    assert put_back
    edits = put_back[0]["edit"]["changes"][client.uri(path)]
    restored = edited(changed, edits)
    assert tenant in restored
    client.change(path, restored)
    assert "CSP304" not in {code for found in client.settled().values() for code, *_ in found}


def test_the_canonical_form_is_an_action(client: Client) -> None:
    client.open(DESK)
    crooked = (
        text(client.folder, DESK).replace("name: Contoso Desk\n", "").rstrip("\n") + "\nname: Contoso Desk\n"
    )
    client.change(DESK, crooked)
    (action,) = [one for one in actions(client, DESK) if one["kind"] == "source.fixAll"]
    assert edited(crooked, action["edit"]["changes"][client.uri(DESK)]) == text(client.folder, DESK)


def test_a_diagnostic_can_be_acknowledged_until_a_day(client: Client) -> None:
    client.open(DESK)
    changed = without(text(client.folder, DESK), "marketing_materials_url")
    client.change(DESK, changed)
    assert "CSP109" in {found[0] for found in client.settled()[DESK]}
    (action,) = [one for one in actions(client, DESK) if one["title"].startswith("Acknowledge CSP109")]
    accepted = edited(changed, action["edit"]["changes"][client.uri(DESK)])
    client.change(DESK, accepted)
    found = {code: message for code, _, _, message in client.settled()[DESK]}
    assert "(acknowledged: say why)" in found["CSP109"]


def test_what_happens_outside_is_noticed(client: Client) -> None:
    path, tenant = resold(client.folder)
    client.open(path)
    client.settled()
    changed = _without_entry(text(client.folder, path), tenant)
    client.change(path, changed)
    assert "CSP304" in {code for found in client.settled().values() for code, *_ in found}
    (client.folder / path).write_text(changed)
    Repo(client.folder).run("commit", "-q", "-a", "-m", "offers: Without one of them")
    client.tell("workspace/didChangeWatchedFiles", {"changes": []})
    found = client.settled()
    assert {p: sorted(d) for p, d in found.items()} == {
        p: sorted(d) for p, d in validated(client.folder).items()
    }


def test_broken_settings_are_one_diagnostic_there(client: Client) -> None:
    client.open("csp-config.yaml")
    client.settled()
    client.change("csp-config.yaml", "publisher: [\n")
    found = client.settled()
    assert list(found) == ["csp-config.yaml"]
    assert len(found["csp-config.yaml"]) == 1


def test_without_git_documents_are_judged_as_they_are(tmp_path: Path) -> None:
    shutil.copytree(TOP / "offers", tmp_path / "offers")
    shutil.copy(TOP / "csp-config.yaml", tmp_path)
    with Client(tmp_path) as client:
        client.open(DESK, text(tmp_path, DESK).replace("type: saas", "type: sass"))
        assert "CSP010" in {found[0] for found in client.settled()[DESK]}
        assert any("git" in line for line in client.logged)


def test_schema_findings_can_be_left_to_a_yaml_server(sample: Path) -> None:
    with Client(sample, {"schemaFindings": False}) as client:
        client.open(DESK, text(sample, DESK).replace("type: saas", "type: sass"))
        assert "CSP010" not in {found[0] for found in client.settled().get(DESK, [])}


def test_a_file_outside_of_every_project_is_left_alone(client: Client, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere.yaml"
    other.write_text("a: &b 1\n")
    document = {"uri": other.as_uri(), "languageId": "yaml", "version": 1, "text": "a: &b 1\n"}
    client.tell("textDocument/didOpen", {"textDocument": document})
    client.open(DESK)
    client.settled()
    assert client.diagnostics.get(other.as_uri(), []) == []


@pytest.mark.parametrize(
    "name",
    fast_first(
        ["offers/%00", "offers/a%00b", f"offers/{256 * 'a'}", f"offers/{5000 * 'a/'}", f"{DESK}/a", "loop/a"],
        every=3,
    ),
    ids=["NUL", "with NUL", "long", "deep", "in a file", "circle of links"],
)
def test_a_buffer_that_no_file_can_be_is_left_out_and_the_log_says_so(name: str, client: Client) -> None:
    folder = client.folder
    (folder / "loop").symlink_to(folder / "knot")
    (folder / "knot").symlink_to(folder / "loop")
    client.open(DESK, text(client.folder, DESK) + "id: x\n")
    uri = f"{folder.as_uri()}/{name}.yaml"
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": "kind: [\n"}
    client.tell("textDocument/didOpen", {"textDocument": document})
    assert [found[0] for found in client.settled()[DESK]] == ["CSP002"]
    assert uri not in client.diagnostics
    whole = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    assert client.ask("textDocument/hover", whole) is None
    change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "kind: {\n"}]}
    client.tell("textDocument/didChange", change)
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.change(DESK, text(client.folder, DESK))
    assert DESK not in client.settled()
    assert len([line for line in client.logged if "no file can have this name" in line]) == 1


def test_half_frames_and_many_rapid_changes_end_in_the_last_text(client: Client) -> None:
    client.open(DESK)
    client.settled()
    good = text(client.folder, DESK)
    for version in range(2, 300):
        client.change(DESK, good + f"# {version}\n" if version % 2 else good + "id: x\n")
    client.change(DESK, good + "id: y\n", in_halves=True)
    client.settled()
    assert [found["code"] for found in client.diagnostics[client.uri(DESK)]] == ["CSP002"]


def test_a_closed_document_counts_as_on_disk_again(client: Client) -> None:
    client.open(DESK)
    client.open(INSIGHTS)
    client.settled()
    client.change(DESK, "kind: [\n")
    assert DESK in client.settled()
    client.close(DESK)
    assert "CSP001" not in {found[0] for found in client.settled().get(DESK, [])}


def test_a_client_that_ends_without_a_word_ends_the_server(sample: Path) -> None:
    client = Client(sample)
    assert client.process.stdin
    client.process.stdin.close()
    client.process.wait(60)
    for stream in (client.process.stdout, client.process.stderr):
        assert stream
        stream.close()


def part(line: int, start: int, end: int, new: str) -> dict[str, Any]:
    """A change within one line, as editors send it."""
    span = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
    return {"range": span, "text": new}


def test_changes_after_odd_line_ends_and_wide_letters_land_where_they_are_typed(client: Client) -> None:
    client.open(DESK)
    head = "# \u2028 \f \x85 😀\r\n"
    client.change(DESK, head + text(client.folder, DESK))
    client.settled()
    lines = (head + text(client.folder, DESK)).split("\n")
    number = next(n for n, line in enumerate(lines) if line.startswith("type: saas"))
    client.change_parts(DESK, [part(0, 8, 10, ""), part(number, 6, 10, "😀ss"), part(number, 8, 9, "a")])
    found = client.settled()
    lines[0], lines[number] = "# \u2028 \f \x85 \r", "type: 😀as"
    (client.folder / DESK).write_bytes("\n".join(lines).encode())
    assert {p: sorted(d) for p, d in found.items()} == {
        p: sorted(d) for p, d in validated(client.folder).items()
    }


def test_columns_are_utf16_even_with_a_client_that_would_rather_have_bytes(sample: Path) -> None:
    general = {"general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]}}
    with Client(sample, capabilities=general) as client:
        assert client.capabilities["capabilities"]["positionEncoding"] == "utf-16"
        client.open(DESK, text(sample, DESK).replace("name: Contoso Desk", 'name: "é😀\u202e"'))
        client.settled()
        (found,) = [d for d in client.diagnostics[client.uri(DESK)] if d["code"] == "CSP003"]
        assert found["range"]["start"]["character"] == len('name: "') + 3


def test_a_code_leads_to_the_manual_of_its_rule(client: Client) -> None:
    client.open(DESK, text(client.folder, DESK).replace("type: saas", "type: sass"))
    client.settled()
    (found,) = [d for d in client.diagnostics[client.uri(DESK)] if d["code"] == "CSP010"]
    page, _, heading = found["codeDescription"]["href"].partition("#")
    assert heading == "csp010-schema"
    assert "\n## CSP010 schema\n" in path_of(page).read_text("utf-8")
    settings = {"csp-config": {"manual": "https://contoso.example/rules"}}
    client.tell("workspace/didChangeConfiguration", {"settings": settings})
    client.settled()
    (found,) = [d for d in client.diagnostics[client.uri(DESK)] if d["code"] == "CSP010"]
    assert found["codeDescription"]["href"] == "https://contoso.example/rules#csp010-schema"


def test_two_projects_of_one_workspace_are_judged_each_by_itself(sample: Path) -> None:
    inner = sample / "shop"
    shutil.copytree(sample / "offers", inner / "offers")
    (inner / "csp-config.yaml").write_text((sample / "csp-config.yaml").read_text())
    with Client(sample) as client:
        client.open(DESK, text(sample, DESK) + "id: x\n")
        client.open(f"shop/{DESK}", text(sample, DESK))
        client.settled()
        client.change(f"shop/{DESK}", "kind: [\n")
        found = client.settled()
        assert [one[0] for one in found[DESK]] == ["CSP002"]
        assert [one[0] for one in found[f"shop/{DESK}"]] == ["CSP001"]
        client.close(DESK)
        assert DESK not in client.settled()


def test_a_base_that_is_not_here_is_told_once_and_documents_are_judged_as_they_are(sample: Path) -> None:
    settings = (TOP / "csp-config.yaml").read_text()
    (sample / "csp-config.yaml").write_text(
        re.sub(r"default_branch: .*", "default_branch: release", settings)
    )
    Repo(sample).run("remote", "add", "origin", "file:///nowhere")
    with Client(sample) as client:
        client.open(DESK, text(sample, DESK).replace("type: saas", "type: sass"))
        assert [one[0] for one in client.settled()[DESK]] == ["CSP010"]
        client.change(DESK, text(sample, DESK))
        assert DESK not in client.settled()
        assert len([line for line in client.logged if "release" in line]) == 1


def test_a_server_that_was_killed_is_started_again_and_says_the_same(sample: Path) -> None:
    broken = text(sample, DESK) + "id: x\n"
    with Client(sample) as client:
        client.open(DESK, broken)
        before = client.settled()
        client.process.kill()
        client.process.wait(60)
    with Client(sample) as client:
        client.open(DESK, broken)
        assert client.settled() == before


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc, which tells of other processes: Linux")
def test_a_client_that_is_killed_leaves_no_server_behind(sample: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.lsp.client import Client;"
        "client = Client(Path(sys.argv[1])); print(client.process.pid, flush=True);"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", script, str(sample)]
    done = subprocess.run(command, cwd=TOP, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    server = Path("/proc") / done.stdout.strip()
    assert done.stdout.strip().isdigit(), done.stderr
    wait_until(lambda: not server.exists() or "\nState:\tZ" in (server / "status").read_text())


@pytest.mark.slow
def test_a_buffer_of_four_mib_is_answered_and_one_of_more_is_too_large(client: Client) -> None:
    client.open(DESK)
    client.settled()
    good = text(client.folder, DESK)
    filled = good + "# so many comments\n" * ((4 * 2**20 - len(good.encode()) - 10) // 19)
    client.change(DESK, filled)
    assert DESK not in client.settled()
    client.change_parts(DESK, [part(filled.count("\n"), 0, 0, "id: x\n")])
    assert [one[:2] for one in client.settled()[DESK]] == [("CSP002", filled.count("\n"))]
    client.change(DESK, filled + 2 * "# so many comments\n")
    assert [one[0] for one in client.settled()[DESK]] == ["CSP005"]


@pytest.mark.slow
def test_after_thousands_of_rapid_changes_the_answer_is_that_of_validate(client: Client) -> None:
    random = Random(7)  # noqa: S311 - a seed, to make the same ones again
    client.open(DESK)
    client.settled()
    now = text(client.folder, DESK)
    for _ in range(3_000):
        lines = now.split("\n")
        number = random.randrange(len(lines))
        line = lines[number].removesuffix("\r")
        column = len(line.encode("utf-16-le")) // 2
        new = random.choice([*DAMAGE, "x", " # y", "\n"])
        client.change_parts(DESK, [part(number, column, column, new)])
        lines[number] = lines[number].replace(line, line + new, 1)
        now = "\n".join(lines)
    found = client.settled()
    (client.folder / DESK).write_bytes(now.encode())
    assert {p: sorted(d) for p, d in found.items()} == {
        p: sorted(d) for p, d in validated(client.folder).items()
    }
