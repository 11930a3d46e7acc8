"""One text for one JSON value (RFC 8785), so that a hash over it means something.

Names are sorted by their UTF-16 code units, nothing stands between the signs, numbers are written as
ECMAScript writes a double, texts are UTF-8 and escaped only where JSON must. docs/audit.md says it for those
who check a chain without this program.
"""

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

#: The largest whole number that a double holds without doubt.
LARGEST_WHOLE = 2**53 - 1


class NotCanonical(ValueError):
    """A value that has no one text: not JSON, not finite, or a whole number that doubles cannot hold."""


def canonical(value: Any) -> str:
    """The canonical text of a JSON value. Raises NotCanonical."""
    parts: list[str] = []
    _write(value, parts.append)
    text = "".join(parts)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonical("half of a surrogate pair is no sign") from None
    return text


def parse(text: str) -> Any:
    """The JSON value in a text. Whole numbers that doubles cannot hold become doubles, as everywhere else."""
    return json.loads(text, parse_int=_whole)


def _whole(digits: str) -> int | float:
    if len(digits) <= 15:
        return int(digits)
    value = float(digits)
    return int(value) if abs(value) <= LARGEST_WHOLE and value == int(digits) else value


def _write(value: Any, put: Any) -> None:
    if value is None:
        put("null")
    elif isinstance(value, bool):
        put("true" if value else "false")
    elif isinstance(value, str):
        put(json.dumps(str(value), ensure_ascii=False))
    elif isinstance(value, int):
        put(_whole_number(value))
    elif isinstance(value, float):
        put(_number(value))
    elif isinstance(value, Mapping):
        _write_object(value, put)
    elif isinstance(value, list | tuple):
        separator = "["
        for each in value:
            put(separator)
            _write(each, put)
            separator = ","
        put("[]" if separator == "[" else "]")
    else:
        raise NotCanonical(f"{type(value).__name__} is no JSON value")


def _write_object(value: Mapping[Any, Any], put: Any) -> None:
    if not all(isinstance(name, str) for name in value):
        raise NotCanonical("the names of a JSON object are texts")
    separator = "{"
    for name in sorted(value, key=_code_units):
        put(separator)
        put(json.dumps(str(name), ensure_ascii=False))
        put(":")
        _write(value[name], put)
        separator = ","
    put("{}" if separator == "{" else "}")


def _code_units(name: str) -> bytes:
    try:
        return name.encode("utf-16-be")
    except UnicodeEncodeError:
        raise NotCanonical("half of a surrogate pair is no sign") from None


def _whole_number(value: int) -> str:
    if abs(value) > LARGEST_WHOLE:
        raise NotCanonical(
            f"{value} is too large for a number that all programs read alike; write it as text"
        )
    return str(int(value))


def _number(value: float) -> str:
    """The shortest digits that mean this double, in ECMAScript's writing."""
    if not math.isfinite(value):
        raise NotCanonical("JSON knows finite numbers only")
    if value == 0:
        return "0"
    sign, held, exponent = Decimal(repr(float(value))).as_tuple()
    digits = "".join(map(str, held)).rstrip("0")
    point = len(held) + int(exponent)  # where the point stands, counted from the first digit
    minus = "-" if sign else ""
    if len(digits) <= point <= 21:
        return f"{minus}{digits}{'0' * (point - len(digits))}"
    if 0 < point <= 21:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{minus}{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"
