"""Everything that a map needs, put into one file: styles with their pictures and letters, scripts, data.

Style sheets name pictures and fonts by address; here each becomes the content itself, and what no rule can
use is left out. Nothing in the file names any host.
"""

import base64
import re
from pathlib import Path, PurePosixPath

from borderops.ui.frame import PACKAGE

_URL = re.compile(r"""url\(\s*(['"]?)(?!data:|#)([^)'"]+)\1\s*\)""")
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

_MEDIA_TYPES = {
    ".png": "image/png",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

#: The fonts that a map's text uses: upright, in the two weights of its styles.
_FONTS_USED = re.compile(r"(?s)(?=.*font-weight:\s*(?:400|700))(?!.*font-style:\s*italic)")


def static_file(path: str) -> Path:
    """Where the static file of that path lies, whichever slice it belongs to. Raises FileNotFoundError."""
    for folder in sorted(PACKAGE.glob("*/static")):
        if (folder / path).is_file():
            return folder / path
    raise FileNotFoundError(f"No slice has the static file {path!r}.")


def enclosed_style(path: str) -> str:
    """A style sheet of that path with all it names within it, for a style element."""
    text = _COMMENT.sub("", static_file(path).read_text(encoding="utf-8"))
    text = _FONT_FACE.sub(lambda found: found[0] if _FONTS_USED.match(found[0]) else "", text)
    folder = PurePosixPath(path).parent
    return _URL.sub(lambda found: f'url("{_content(folder, found[2])}")', text).replace("</", "<\\/")


def enclosed_script(path: str) -> str:
    """A script of that path, for a script element."""
    return safe_script(static_file(path).read_text(encoding="utf-8"))


def safe_script(text: str) -> str:
    """A script that cannot end its element early, and that looks for no map of its sources."""
    return re.sub(r"//# sourceMappingURL=\S+", "", text).replace("</script", "<\\/script")


def _content(folder: PurePosixPath, address: str) -> str:
    """What an address in a style sheet names, as a data: address; none for the old browsers' default.png#."""
    parts: list[str] = []
    for part in (folder / address.partition("#")[0].partition("?")[0]).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    path = "/".join(parts)
    content = base64.b64encode(static_file(path).read_bytes()).decode()
    return f"data:{_MEDIA_TYPES[PurePosixPath(path).suffix]};base64,{content}"
