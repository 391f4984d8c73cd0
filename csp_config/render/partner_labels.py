"""Labels of a plan's partners: the name, and the country or tenant where several partners have that name."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from csp_config.text.phrases import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model.work import PartnerRef, Plan

_LONGEST = 80  # as `shortened` cuts a name
_DIGITS = 8


class PartnerLabels:
    """The labels of a plan's partners, made when the first is asked for."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def of(self, partner: PartnerRef) -> str:
        """`Fabrikam`, or `Fabrikam (DE)`; the tenant where no document names the partner."""
        if not partner.name:
            return f"tenant {partner.tenant_id}"
        return self._ambiguous.get(partner.tenant_id) or shortened(partner.name)

    def where_ambiguous(self, partner: PartnerRef) -> str | None:
        """The label of a partner whose name alone is not enough; None for another."""
        return self._ambiguous.get(partner.tenant_id)

    def named(self, partner: PartnerRef) -> PartnerRef:
        """The partner with its label for a name, where its name is that of another one, too."""
        label = self.where_ambiguous(partner)
        return partner._replace(name=label) if label else partner

    @cached_property
    def _ambiguous(self) -> Mapping[str, str]:
        """Tenant -> label, for the partners whose name, as it is shown, is that of another one, too."""
        refs = {ref.tenant_id: ref for one in self._plan.actions for ref in (*one.add, *one.remove)}
        named = [ref for ref in {**refs, **self._plan.partners}.values() if ref.name]
        folded = {ref.tenant_id: _folded(shortened(ref.name or "")) for ref in named}
        labels: dict[str, str] = {}
        for label in (_with_country, _with_digits, _with_tenant):
            by_name: dict[str, list[PartnerRef]] = defaultdict(list)
            for ref in named:
                by_name[folded[ref.tenant_id]].append(ref)
            alike = [ref for refs in by_name.values() if len(refs) > 1 for ref in refs]
            for ref in alike:
                labels[ref.tenant_id] = label(ref)
                folded[ref.tenant_id] = _folded(labels[ref.tenant_id])
            if not alike:
                break
        return labels


def _folded(name: str) -> str:
    """The name without case, width and blanks that nobody sees."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _with_country(partner: PartnerRef) -> str:
    return _label(partner, partner.country or "country not known")


def _with_digits(partner: PartnerRef) -> str:
    return _label(partner, ", ".join(filter(None, (partner.country, partner.tenant_id[:_DIGITS]))))


def _with_tenant(partner: PartnerRef) -> str:
    return _label(partner, partner.tenant_id)


def _label(partner: PartnerRef, besides: str) -> str:
    return f"{shortened(partner.name or '', _LONGEST - len(besides) - 3)} ({besides})"
