"""The map's script as one text, of the modules in `static/maps`.

A page fetches it as one file, because a dozen small ones cost more than their contents; a map in a file has
it within. The modules name each other as `maps/<name>`, one import a line, and no two declare the same name
at their top: joining them is then no more than leaving out what parts them.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "maps"

#: The modules, each after those that it imports.
MODULES = ("words", "symbols", "features", "popup", "layer", "ground", "measure", "search", "panel", "main")

_IMPORT = re.compile(r'^import \{[^}]*\} from "maps/(\w+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) )", re.MULTILINE)


def imports(name: str) -> list[str]:
    """The modules that a module imports."""
    return _IMPORT.findall(_text(name))


@lru_cache
def joined() -> str:
    """All modules as one; what it declares is `start`."""
    return "".join(_EXPORT.sub("", _IMPORT.sub("", _text(name))) for name in MODULES)


@lru_cache
def digest() -> str:
    """What the script's address carries, so that a new one is fetched."""
    return hashlib.sha256(joined().encode()).hexdigest()[:12]


def _text(name: str) -> str:
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")
