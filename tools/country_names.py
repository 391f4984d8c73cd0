"""facts/country_names.json: what countries are called in the languages of the programme's markets, from CLDR.

Run by `make data`, with the package babel, which carries CLDR's locale data. The languages are the official
ones of every country in a region of the programme. A name that means two countries, in whatever languages,
is left out: it would be a guess.
"""

from __future__ import annotations

import json
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_cldr_version
from babel.languages import get_official_languages

from csp_config.tables.cells import comparison_key

FACTS = Path(__file__).parent.parent / "csp_config" / "facts"
UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa"}
)
WRITTEN_WITHOUT = ("de", "da", "nb", "sv", "fi")  # languages in which people write ae for a letter with dots
MORE_LANGUAGES = ("en", "ca", "eu", "gl", "cy", "ru", "ko", "zh")  # spoken widely, or official in a region
MORE_LOCALES = (
    *("zh_Hant", "zh_Hant_HK", "pt_PT", "sr_Latn", "es_MX", "fr_CA"),
    *("uz_Cyrl", "nn", "en_AU", "de_AT", "de_CH"),
)


def main() -> None:
    """Write the table."""
    regions = json.loads((FACTS / "regions.json").read_text(encoding="utf-8"))
    hand_made = json.loads((FACTS / "countries.json").read_text(encoding="utf-8"))["countries"]
    markets = sorted({code for codes in regions["regions"].values() for code in codes})
    spoken = (get_official_languages(code, de_facto=True) for code in markets)
    languages = sorted({one.split("_")[0] for several in spoken for one in several} | set(MORE_LANGUAGES))
    locales = [one for one in map(_locale, (*languages, *MORE_LOCALES)) if one is not None]
    means: dict[str, set[str]] = defaultdict(set)
    written: dict[str, dict[str, str]] = defaultdict(dict)
    for code, writings in hand_made.items():
        for writing in writings:
            means[comparison_key(writing)].add(code)
    own = set(means)
    for locale in locales:
        for code in hand_made:
            name = locale.territories.get(code)
            for writing in _writings(locale, name) if name else ():
                means[comparison_key(writing)].add(code)
                written[code].setdefault(comparison_key(writing), writing)
    names = {
        code: sorted(
            writing
            for key, writing in written[code].items()
            if means[key] == {code} and key not in own and _is_name(writing)
        )
        for code in sorted(written)
    }
    dropped = sorted({key for key, codes in means.items() if len(codes) > 1})
    data = {
        "source": f"CLDR {get_cldr_version()} territory names, by babel {version('babel')}",
        "licence": "Unicode License v3 (https://www.unicode.org/license.txt), Copyright Unicode, Inc.",
        "notes": [
            "Code -> names in the languages of the programme's markets, without those of countries.json.",
            f"Left out, since they mean more than one country: {', '.join(dropped) or 'none'}.",
        ],
        "locales": [str(one) for one in locales],
        "names": names,
    }
    text = json.dumps(data, indent=0, ensure_ascii=False, separators=(",", ":")) + "\n"
    (FACTS / "country_names.json").write_text(text, encoding="utf-8")
    print(len(locales), sum(map(len, names.values())), dropped)


def _is_name(writing: str) -> bool:
    """Whether a writing is no code: the letters of one country are the name of another in some language."""
    return bool(comparison_key(writing)) and not (writing.isascii() and len(writing) < len("Oman"))


def _locale(name: str) -> Locale | None:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return None


def _writings(locale: Locale, name: str) -> list[str]:
    plain = name.translate(UMLAUTS)
    return [name, plain] if locale.language in WRITTEN_WITHOUT and plain != name else [name]


if __name__ == "__main__":
    main()
