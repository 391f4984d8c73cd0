"""CSV and JSON of other systems <-> values: partner lists, resale data, and how their files are written."""

from csp_config.tables.cells import comparison_key, one_line
from csp_config.tables.company_names import Directory, bare_key, name_key
from csp_config.tables.countries import country_code, country_name, is_country
from csp_config.tables.customers import Bought, CustomersReport, is_masked, read_customers
from csp_config.tables.exporting import DEFAULT_SHAPE, Shape, learn_shape, write_partners
from csp_config.tables.partner_list import (
    LONGEST_TEXT,
    BadRow,
    PartnerRow,
    PartnerTable,
    cell_of,
    read_partners,
)
from csp_config.tables.subscriptions import Sale, Subscriptions, read_subscriptions

__all__ = [
    "DEFAULT_SHAPE",
    "LONGEST_TEXT",
    "BadRow",
    "Bought",
    "CustomersReport",
    "Directory",
    "PartnerRow",
    "PartnerTable",
    "Sale",
    "Shape",
    "Subscriptions",
    "bare_key",
    "cell_of",
    "comparison_key",
    "country_code",
    "country_name",
    "is_country",
    "is_masked",
    "learn_shape",
    "name_key",
    "one_line",
    "read_customers",
    "read_partners",
    "read_subscriptions",
    "write_partners",
]
