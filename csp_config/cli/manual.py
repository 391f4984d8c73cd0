"""explain, rules, schema: the manual."""

from __future__ import annotations

import re

import click

from csp_config.cli.options import Common, common
from csp_config.cli.output import emit
from csp_config.errors import UsageError
from csp_config.render.manual import MANUAL_RENDERERS, statement_text
from csp_config.rules import RULES
from csp_config.text.phrases import did_you_mean, nearest

_STATEMENT = re.compile(r"S\d\d")
_FORMATS = click.Choice(list(MANUAL_RENDERERS))


@click.command(epilog="Example: csp-config explain CSP304")
@click.argument("code")
@click.option("--format", "format_", type=_FORMATS, default="text", help="Form of the text.")
@common
def explain(common: Common, code: str, format_: str) -> int:
    """The manual of one rule, by code or name: what it means, an example, the fix.

    Of a statement of the programme, such as S17, as text: what it says, and what rests on it.
    """
    statement = _STATEMENT.fullmatch(code.upper())
    if statement is not None and format_ == "text" and (said := statement_text(code.upper(), RULES.values())):
        emit(said, common.output)
        return 0
    by_name = {rule.name: rule for rule in RULES.values()}
    rule = RULES.get(code.upper()) or by_name.get(code.lower())
    if rule is None:
        near = nearest(code, by_name) or nearest(code, RULES)
        hint = f"did you mean {near}?" if near else "csp-config rules lists them"
        if statement is not None:
            hint = "statements of the programme are S01 to S26, and are explained as text only"
        raise UsageError(f"there is no rule {code}", help=hint)
    emit(MANUAL_RENDERERS[format_].one(rule), common.output)
    return 0


@click.command(epilog="Example: csp-config rules --format markdown --output docs/rules.md")
@click.option("--format", "format_", type=_FORMATS, default="text", help="Form of the text.")
@common
def rules(common: Common, format_: str) -> int:
    """All rules."""
    emit(MANUAL_RENDERERS[format_].all(tuple(RULES.values())), common.output)
    return 0


def _schema_names(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from csp_config.schema import NAMES  # noqa: PLC0415 - the other manuals do not need it

    return [name for name in NAMES if name.startswith(incomplete)]


@click.command(epilog="Example: csp-config schema offer")
@click.argument("name", shell_complete=_schema_names)
@common
def schema(common: Common, name: str) -> int:
    """Print a JSON Schema, of a kind of document or of a command's JSON.

    Documents: offer, partner-list, resales, live-audience, config.
    Output: report (of validate), plan, status, partners, export, import-partners, import-resales, history,
    site-index, site-offers, site-offer, site-partner, site-requests, rules, explain.
    """
    from csp_config import schema as schemas  # noqa: PLC0415 - the other manuals do not need it

    if name not in schemas.NAMES:
        hint = did_you_mean(name, schemas.NAMES, f"the schemas are: {', '.join(schemas.NAMES)}")
        raise UsageError(f"there is no schema {name}", help=hint)
    emit(schemas.text(name), common.output)
    return 0
