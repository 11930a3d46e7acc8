"""The three languages of the program: which one a reader gets, and a `Translator` that speaks it.

Texts are written in English in the code and translated by the catalogues in `locale/`. Dates and numbers
follow the language (CLDR, through Babel).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from borderops.core.messages import Message, PartialDate
from borderops.ui.labels import LABELS

LANGUAGES: Mapping[str, str] = MappingProxyType({"vi": "Tiếng Việt", "lo": "ລາວ", "en": "English"})
"""Language code to the language's own name, in the order in which they are offered."""

DEFAULT_LANGUAGE = "vi"
SOURCE_LANGUAGE = "en"
LOCALE_FOLDER = Path(__file__).parent / "locale"

BORDER_TIME = timezone(timedelta(hours=7))
"""Clock time on both sides of the line: Hà Nội and Vientiane keep UTC+7 all year (IANA tz database)."""

# How a date is written when only its year or month is known. Vietnamese and Lao write day/month/year with
# strokes; English spells the month so that 5/6 cannot be read two ways.
_DATE_PATTERNS = {
    "day": {"vi": "d/M/y", "lo": "d/M/y", "en": "d MMM y"},
    "month": {"vi": "M/y", "lo": "M/y", "en": "MMMM y"},
    "year": {"vi": "y", "lo": "y", "en": "y"},
}


def choose_language(*, asked: str | None, remembered: str | None, accepted: str | None) -> str:
    """The language for a reader: what the address asks, else the cookie, else the browser, else Vietnamese.

    `asked` is `?lang=`, `remembered` the cookie, `accepted` an Accept-Language header (RFC 9110, 12.5.4).
    Anything that is not one of `LANGUAGES` is passed over, never refused.
    """
    for code in (asked, remembered):
        if code in LANGUAGES:
            return str(code)
    return next(iter(_by_preference(accepted or "")), DEFAULT_LANGUAGE)


def _by_preference(header: str) -> list[str]:
    """The supported languages of an Accept-Language header, best first; unreadable parts are passed over."""
    found: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        code = tag.strip().lower().split("-")[0]
        name, _, number = parameter.strip().partition("=")
        try:
            quality = float(number) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if code in LANGUAGES and quality > 0:
            found.append((quality, code))
    return [code for _, code in sorted(found, key=lambda pair: -pair[0])]


@dataclass(frozen=True)
class Catalogue:
    """The translations of one language: English text to its forms (one form: neither has plurals)."""

    texts: Mapping[str, str]

    def find(self, text: str) -> str | None:
        """The translation of `text`, or None where there is none yet."""
        return self.texts.get(text)


def read_catalogue(path: Path) -> Catalogue:
    """Read a .po file. Fuzzy entries count as missing: a guess is not a translation."""
    with path.open("rb") as file:
        entries = read_po(file, locale=path.parent.parent.name)
    texts: dict[str, str] = {}
    for entry in entries:
        source = entry.id[0] if isinstance(entry.id, tuple | list) else entry.id
        target = entry.string[0] if isinstance(entry.string, tuple | list) else entry.string
        if source and target and not entry.fuzzy:
            texts[source] = target
    return Catalogue(MappingProxyType(texts))


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a translated language lies."""
    return LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po"


@lru_cache
def get_translator(language: str) -> "Translator":
    """The translator of one of `LANGUAGES`; its catalogue is read once per process."""
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is none of {', '.join(LANGUAGES)}")
    source = language == SOURCE_LANGUAGE
    return Translator(language, Catalogue({}) if source else read_catalogue(catalogue_path(language)))


class Translator:
    """Says texts, dates, numbers and labels in one language. Immutable; share it freely."""

    def __init__(self, language: str, catalogue: Catalogue) -> None:
        self.language = language
        # British English: day before month, as on both sides of this border.
        self.locale = Locale.parse("en_GB" if language == SOURCE_LANGUAGE else language)
        self._catalogue = catalogue

    def t(self, message: Message | str, /, **values: object) -> str:
        """Translate a text or a `Message` and put the values into its `%(name)s` places.

        Values that are messages are translated, dates and decimals written as the language does; whole
        numbers are left as they are, because marker numbers and years must not get separators.
        """
        text, given = (
            (message, values) if isinstance(message, str) else (message.text, {**message.values, **values})
        )
        return self._fill(self._catalogue.find(text) or text, given)

    def n(self, singular: str, plural: str, count: int, /, **values: object) -> str:
        """Translate a counted text; `%(n)s` stands for the count. Vietnamese and Lao have one form."""
        source = singular if count == 1 else plural
        return self._fill(self._catalogue.find(singular) or source, {"n": self.number(count), **values})

    def label(self, group: str, value: object, /) -> str:
        """The name of a value of one of the fixed vocabularies, as in `label("cause", "flood")`.

        Raises KeyError for a group or value that `borderops.ui.labels` does not list.
        """
        return self.t(LABELS[group][str(value)])

    def date(self, value: date | None, /, precision: str = "day") -> str:
        """A date as precisely as it is known (`day`, `month` or `year`); an en dash for None."""
        if value is None:
            return "–"
        return format_date(value, _DATE_PATTERNS[precision][self.language], locale=self.locale)

    def moment(self, value: datetime | None, /) -> str:
        """A point in time in the clock time of the border (UTC+7); an en dash for None."""
        if value is None:
            return "–"
        pattern = _DATE_PATTERNS["day"][self.language] + ", HH:mm"
        return format_datetime(value, pattern, tzinfo=BORDER_TIME, locale=self.locale)

    def number(self, value: float, /, decimals: int = 0) -> str:
        """A number with the language's separators, rounded to at most `decimals` places."""
        return format_decimal(value, "#,##0" + ("." + "#" * decimals if decimals else ""), locale=self.locale)

    def length(self, metres: float | None, /) -> str:
        """A length: centimetres shown below 1 m, metres below 1 km, then kilometres; an en dash for None."""
        if metres is None:
            return "–"
        if abs(metres) < 1000:
            decimals = 2 if abs(metres) < 1 else 1 if abs(metres) < 10 else 0
            return f"{self.number(metres, decimals)} m"
        return f"{self.number(metres / 1000, 1)} km"

    def accuracy(self, metres: float | None, /) -> str:
        """How far off a position may be, as "±5 m" or "±6 km"; an en dash where it is not stated."""
        return "–" if metres is None else f"±{self.length(metres)}"

    def _fill(self, text: str, values: Mapping[str, object]) -> str:
        return text % {name: self._say(value) for name, value in values.items()} if values else text

    def _say(self, value: object) -> str:
        match value:
            case Message():
                return self.t(value)
            case PartialDate():
                return self.date(value.day, value.precision)
            case datetime():
                return self.moment(value)
            case date():
                return self.date(value)
            case float():
                return self.number(value, 3)
            case _:
                return str(value)
