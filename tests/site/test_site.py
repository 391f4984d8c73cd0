"""site: pages and JSON of the whole state, that link to each other, load nothing and say of which commit."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import html5lib
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from csp_config.schema import text
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.repositories import Repo
from tests.test_output_schemas import closed

TOP = Path(__file__).parents[2]
HTML = "{http://www.w3.org/1999/xhtml}"
FILES = {
    r"v1/index\.json": "site-index",
    r"v1/offers\.json": "site-offers",
    r"v1/offers/.+\.json": "site-offer",
    r"v1/partners/.+\.json": "site-partner",
    r"v1/requests\.json": "site-requests",
}
HOSTILE = (
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% include 'x' %}",
    "javascript:alert(1)//'`",
    "Conte\u0301so & Söhne <b>",
)


def committed(folder: Path) -> Repo:
    """The sample publisher, committed."""
    repo = Repo.make(folder / "contoso")
    shutil.copytree(TOP / "offers", repo.path / "offers")
    shutil.copy(TOP / "csp-config.yaml", repo.path)
    repo.commit()
    return repo


@pytest.fixture
def sample(tmp_path: Path) -> Repo:
    return committed(tmp_path)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the sample publisher's site, for those who only read them."""
    return build(committed(tmp_path_factory.mktemp("site")))


def build(repo: Repo, *options: str, folder: str = "public") -> dict[str, bytes]:
    """The files of a site, by path below its folder."""
    made = csp_config(repo.path, "site", "--output", f"../{folder}", *options)
    assert made.code == 0, made.errors
    top = repo.path.parent / folder
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def skeleton(page: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Every element of a page with the names of its attributes, in order."""
    return [
        (one.tag, tuple(sorted(one.attrib)))
        for one in html5lib.parse(page).iter()
        if isinstance(one.tag, str)
    ]


def test_every_json_file_fits_its_schema_and_holds_no_other_key(site: dict[str, bytes]) -> None:
    tried = set()
    for path, content in site.items():
        if not path.endswith(".json"):
            continue
        name = next(name for pattern, name in FILES.items() if re.fullmatch(pattern, path))
        tried.add(name)
        registry: Registry[Any] = Registry()
        validator = Draft202012Validator(closed(json.loads(text(name))), registry=registry)
        errors = [(path, one.json_path, one.message) for one in validator.iter_errors(json.loads(content))]
        assert errors == []
    assert tried == set(FILES.values())


def test_every_link_leads_to_a_page_of_the_site(site: dict[str, bytes]) -> None:
    for path, content in site.items():
        if not path.endswith(".html"):
            continue
        for link in html5lib.parse(content).iter(f"{HTML}a"):
            target = link.get("href") or ""
            if not target.startswith("#"):
                depth = [*path.split("/")[:-1], *target.split("/")]
                while ".." in depth:
                    place = depth.index("..")
                    depth[place - 1 : place + 1] = []
                assert "/".join(depth) in site, (path, target)


def test_every_page_loads_nothing_and_says_of_which_commit_it_is(sample: Repo) -> None:
    head = sample.head()
    for path, content in build(sample).items():
        if path.endswith(".html"):
            page = content.decode()
            assert head in page, path
            assert not re.search(r"(src|href)=\"(https?:|//)", page), path
            policy = html5lib.parse(content).find(f".//{HTML}meta[@http-equiv]")
            assert policy is not None
            assert (policy.get("content") or "").startswith("default-src 'none'; "), path


def test_the_same_commit_gives_the_same_bytes(sample: Repo) -> None:
    assert build(sample) == build(sample, folder="again")


def test_what_is_not_committed_is_not_in_the_site(sample: Repo) -> None:
    before = build(sample)
    sample.write("offers/contoso-desk.yaml", "kind: Offer\nid: contoso-desk\n")
    assert build(sample) == before


def test_at_shows_what_stood(sample: Repo) -> None:
    before = build(sample)
    sample.remove("offers/contoso-forecast.yaml")
    sample.commit()
    after = build(sample)
    assert "offers/contoso-forecast.html" not in after
    earlier = build(sample, "--at", "HEAD~1", folder="earlier")
    assert earlier.keys() == before.keys()


def test_a_pair_that_is_recorded_otherwise_than_declared_shows_both(sample: Repo) -> None:
    offer = json.loads(build(sample)["v1/offers/contoso-insights.json"])
    apart = [one for one in offer["partners"] if one["declared"] != one.get("recorded")]
    assert offer["differs"]
    assert apart


def test_of_many_names_a_page_shows_the_first_and_the_file_holds_all(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "many")
    partners = [
        f"{{name: P{n}, tenant_id: {n:08x}-1111-4111-8111-111111111111, country: DE}}" for n in range(31)
    ]
    lines = "".join(f"    - {one}\n" for one in partners)
    offer = "kind: Offer\nid: contoso-desk\nname: D\ntype: saas\npublished: true\ncsp:\n"
    repo.commit(desk=f"{offer}  resellers: selected\n  partners:\n{lines}")
    found = build(repo)
    page = found["offers/contoso-desk.html"].decode()
    history = page.partition("<h2>History</h2>")[2]
    assert "P19 and 11 more" in history
    assert "P20" not in history
    assert '<a href="../v1/offers/contoso-desk.json">' in history
    event = json.loads(found["v1/offers/contoso-desk.json"])["timeline"][0]
    assert len(event["tenants"]) == len(partners)
    heads = re.findall(r"<th scope=\"col\">([^<]+)</th>", page)
    assert heads == [
        "Partner",
        "Country",
        "Declared",
        "Through",
    ]  # nothing is recorded, and nobody has resold
    assert page.count("<tr><th><a href=../partners/") == len(partners)


def test_files_of_others_in_the_folder_stay_and_old_ones_of_ours_go(sample: Repo) -> None:
    build(sample)
    (sample.path.parent / "public" / "CNAME").write_text("csp.contoso.example\n")
    sample.remove("offers/contoso-forecast.yaml")
    sample.commit()
    found = build(sample)
    assert found["CNAME"] == b"csp.contoso.example\n"
    assert not any("contoso-forecast" in path for path in found)


def test_a_folder_that_no_site_made_is_refused(sample: Repo) -> None:
    folder = sample.path.parent / "public"
    folder.mkdir()
    (folder / "thesis.txt").write_text("all there is\n")
    made = csp_config(sample.path, "site", "--output", str(folder))
    assert made.code == 3
    assert "was not made by csp-config site" in made.errors
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("theirs", ["offers/contoso-new.html", "v1/offers/contoso-new.json"])
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_file_that_no_site_wrote_is_named_and_nothing_is_written(
    sample: Repo, theirs: str, kind: str
) -> None:
    before = build(sample)
    target = sample.path.parent / "public" / theirs
    if kind == "file":
        target.write_text("my own page\n")
    else:
        target.mkdir()
    offer = next((sample.path / "offers").glob("contoso-forecast.yaml"))
    sample.write(
        "offers/contoso-new.yaml", offer.read_text("utf-8").replace("contoso-forecast", "contoso-new")
    )
    sample.commit()
    made = csp_config(sample.path, "site", "--output", "../public")
    assert made.code == 3
    assert f"../public/{theirs}: " in made.errors
    assert "  = help: move it away" in made.errors
    now = {path: (sample.path.parent / "public" / path).read_bytes() for path in before}
    assert now == before
    target.unlink() if kind == "file" else target.rmdir()
    assert theirs in build(sample)


@pytest.mark.parametrize("line", ["../precious", "a b", "/etc/passwd"])
def test_a_list_of_files_that_leads_out_of_the_folder_is_refused_with_what_to_do(
    sample: Repo, line: str
) -> None:
    build(sample)
    manifest = sample.path.parent / "public/.csp-config-site"
    manifest.write_text(manifest.read_text() + f"{line}\n")
    made = csp_config(sample.path, "site", "--output", "../public")
    assert (made.code, "  = help: take that line out" in made.errors) == (3, True)


@pytest.mark.parametrize("where", ["v1", "offers", "index.html"])
def test_a_link_in_the_folder_is_not_followed(sample: Repo, where: str) -> None:
    build(sample)
    outside = sample.path.parent / "outside"
    outside.mkdir()
    target = sample.path.parent / "public" / where
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    target.symlink_to(outside / "file" if where == "index.html" else outside)
    made = csp_config(sample.path, "site", "--output", "../public")
    assert (made.code, "  = help: move it away" in made.errors) == (3, True)
    assert list(outside.iterdir()) == []


def test_the_exit_code_is_0_whatever_waits(sample: Repo) -> None:
    assert csp_config(sample.path, "status").code == 4
    build(sample)


def test_without_output_it_says_what_to_name(sample: Repo) -> None:
    made = csp_config(sample.path, "site")
    assert made.code == 64
    assert "--output DIR" in made.errors


@pytest.mark.parametrize("name", fast_first(HOSTILE))
def test_a_name_changes_no_page(sample: Repo, site: dict[str, bytes], name: str) -> None:
    path = "offers/contoso-desk.yaml"
    lines = (sample.path / path).read_text("utf-8").splitlines()
    place = lines.index("name: Contoso Desk")
    lines[place] = f"name: {json.dumps(name)}"
    sample.write(path, "\n".join(lines) + "\n")
    sample.commit()
    before, after = (
        {path: skeleton(page) for path, page in found.items() if path.endswith(".html")}
        for found in (site, build(sample))
    )
    assert after == before


def words_of(page: bytes) -> str:
    """The text of a page, its spaces merged."""
    parsed = html5lib.parse(page.decode(), treebuilder="etree")
    main = parsed.find(f".//{HTML}main")
    assert main is not None
    return " ".join(" ".join(main.itertext()).split())


def test_a_record_that_cannot_be_read_is_not_said_to_be_missing(sample: Repo) -> None:
    path = "offers/live/contoso-insights.yaml"
    sample.write(path, (sample.path / path).read_text("utf-8") + ">>>>>>> theirs\n")
    commit = sample.commit()
    files = build(sample)
    page, data = (words_of(files["offers/contoso-insights.html"]), files["v1/offers/contoso-insights.json"])
    assert "not known: what was recorded could not be read" in page
    assert "Nobody looked" not in page
    assert "nobody wrote down" not in page
    assert (json.loads(data)["recorded"], json.loads(data)["never_observed"]) == (None, None)
    assert "No support request is open in what could be read." in words_of(files["requests.html"])
    for name, content in files.items():
        if name.endswith(".json"):
            assert json.loads(content)["unread"] == [path], name
        elif name.endswith(".html"):
            assert path in words_of(content), name
    said = csp_config(sample.path, "site", "--output", "../public").errors
    assert f"warning: not everything could be read, so the pages may lack something: {path}\n" in said
    assert f"csp-config validate --at {commit} says what is wrong" in said


def test_a_list_that_cannot_be_read_names_nobody_and_does_not_say_that_there_is_nobody(sample: Repo) -> None:
    lists = sorted((sample.path / "offers/partner-lists").glob("*.yaml"))
    for one in lists:
        one.write_text("kind: PartnerList\nid: [\n")
    sample.commit()
    files = build(sample)
    unknown = [
        name
        for name, content in files.items()
        if name.startswith("v1/offers/") and json.loads(content)["declared"] is None
    ]
    assert unknown
    for name in unknown:
        page = words_of(files[name.removeprefix("v1/").replace(".json", ".html")])
        assert "No partner is named" not in page
    pages = [words_of(content) for name, content in files.items() if name.startswith("partners/")]
    assert not [page for page in pages if "Partner lists none Offers" in page]
