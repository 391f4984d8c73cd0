"""Rules about single documents: YAML, schema, tenant IDs. They are found in reading; the manual is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.rules.family import Note, documents, found_in_reading, repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model import Finding
    from csp_config.rules.context import Context


@documents.rule("CSP001", blocks="document")
def invalid_yaml(context: Context, _: Context) -> Iterator[Finding]:
    """A document does not parse as YAML.

    Nothing can be said about what it declares, so nothing that depends on it is judged: its offer is not
    planned, and it is never taken as deleted. Conflict markers of a merge and Git LFS pointers are named as
    such.

    Fix: Correct the text at the place shown. Tabs never indent in YAML; use spaces.
    """
    return found_in_reading(context, "CSP001")


@documents.rule("CSP002", blocks="document")
def duplicate_key(context: Context, _: Context) -> Iterator[Finding]:
    """The same key stands twice in one mapping.

    YAML readers disagree about which of the two counts, and a reviewer sees only one of them. A second
    `resellers:` at the end of a long document would decide who may sell.

    Fix: Keep one of the two lines that the message names.
    """
    return found_in_reading(context, "CSP002")


@documents.rule("CSP003", blocks="document")
def invalid_text(context: Context, _: Context) -> Iterator[Finding]:
    """The text is not plain UTF-8, or holds characters that a reviewer cannot see.

    Control characters, bidirectional overrides, zero-width characters and unusual line breaks make a document
    look different from what it says. They are refused in values (also when written as an escape) and in
    comments. A byte order mark and other encodings are refused too.

    Fix: Save the file as UTF-8 without a byte order mark and type the text at that place again.
    """
    return found_in_reading(context, "CSP003")


@documents.rule("CSP004", blocks="document")
def unsupported_yaml(context: Context, _: Context) -> Iterator[Finding]:
    """The document uses a part of YAML that is not read here.

    Anchors, aliases, merge keys, tags, directives, several documents in one file and keys that are not text
    all hide what is declared from the person who reviews the change. Numbers that YAML 1.1 and YAML 1.2 read
    differently (`010`, `1_000`, `0o10`) are refused as well.

    Fix: Write the value out in full; quote a number that is meant as text.
    """
    return found_in_reading(context, "CSP004")


@documents.rule("CSP005", blocks="document")
def too_large(context: Context, _: Context) -> Iterator[Finding]:
    """The document is larger or deeper than any real one.

    Files may have 4 MiB, a single value 8 KiB, and nesting 20 levels. The limits hold while a file is read,
    so that no document can exhaust the machine that reviews it.

    Fix: Split the document; a partner list can select from several lists.
    """
    return found_in_reading(context, "CSP005")


@documents.rule("CSP006", blocks="document")
def unknown_kind(context: Context, _: Context) -> Iterator[Finding]:
    """A document does not say what it is.

    Every document under the roots is an Offer, a PartnerList, a Resales or a LiveAudience, told apart by
    `kind`. An empty file, or one whose root is not a mapping, is none of them.

    Fix: Begin the document with `kind:`, or move a file that is no document out of the roots.
    """
    return found_in_reading(context, "CSP006")


@repository.rule("CSP007", blocks="document")
def unreadable_path(context: Context, _: Context) -> Iterator[Finding]:
    """A path under the roots is no plain file with a plain name.

    Symbolic links, submodules and special files could bring in text that no reviewer saw. Names outside
    `A-Z a-z 0-9 . _ / -` and names that differ only by case do not survive every file system.

    Fix: Put a plain file there, under a plain name.
    """
    return found_in_reading(context, "CSP007")


@repository.rule("CSP012", blocks="document")
def misnamed_file(context: Context, _: Context) -> Iterator[Finding]:
    """A settings file or document has a name that keeps it from being read.

    `csp-config.yml` is not `csp-config.yaml`: its guards, roots and rules would have no effect, and nobody
    would notice. A document that an editor saved as `.yaml.txt` would be an offer that is not there, and
    so would all of a folder `Offers` where the root is `offers`.

    Fix: Give the file the name that the message says; if it is none of csp-config's files, another one.
    """
    return found_in_reading(context, "CSP012")


@documents.rule("CSP010", blocks="document")
def schema(context: Context, _: Context) -> Iterator[Finding | Note]:
    """A document has the wrong shape.

    A key is unknown, missing or of the wrong type. Nothing is read out of such a document, since a misspelt
    key could be the one that keeps a partner out. In the settings, `rules` may name only rules that exist and
    whose severity may be changed.

    Fix: Do what the message says; `csp-config schema NAME` prints the schema, and editors that know it help.
    """
    yield from found_in_reading(context, "CSP010")
    settings = context.candidate.settings
    for code in sorted(set(settings.rules).difference(context.adjustable)):
        assert settings.places is not None  # noqa: S101 - these settings were read
        yield Note(
            settings.places.key("rules", code),
            f"the severity of {code} cannot be changed: it is fixed, or there is no such rule",
            "take it out; csp-config rules lists the rules",
        )


@documents.rule("CSP011", blocks="document", cites="S09")
def invalid_tenant_id(context: Context, _: Context) -> Iterator[Finding]:
    """A tenant ID is not written in its one form.

    Partners are told apart by the Entra tenant ID of the CSP. It is written as lower-case hexadecimal digits
    in groups of 8-4-4-4-12. The same tenant written in two ways would be planned as one partner removed and
    another one added, so every other form is refused, and so is the ID of zeros.

    Fix: Use the form that the message gives, or let `csp-config fmt` correct it.
    """
    return found_in_reading(context, "CSP011")
