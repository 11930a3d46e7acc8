"""The canonical text as borderops itself wrote it before the library did: earlier events are hashed by it.

It is kept to show that the library writes the same, byte for byte; nothing else uses it.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def earlier_text(value: Any) -> str:
    """The text of a value that has one."""
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def _write(value: Any, put: Any) -> None:
    if value is None:
        put("null")
    elif isinstance(value, bool):
        put("true" if value else "false")
    elif isinstance(value, str):
        put(json.dumps(str(value), ensure_ascii=False))
    elif isinstance(value, int):
        put(str(value))
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
        raise TypeError(type(value))


def _write_object(value: Mapping[Any, Any], put: Any) -> None:
    separator = "{"
    for name in sorted(value, key=lambda name: name.encode("utf-16-be")):
        put(separator)
        put(json.dumps(str(name), ensure_ascii=False))
        put(":")
        _write(value[name], put)
        separator = ","
    put("{}" if separator == "{" else "}")


def _number(value: float) -> str:
    """The shortest digits that mean this double, in ECMAScript's writing."""
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
