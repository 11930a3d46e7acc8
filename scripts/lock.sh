#!/usr/bin/env bash
# Write requirements.lock anew from pyproject.toml: every package with its hashes, no address of any registry.
# Versions that are locked already stay, unless asked: scripts/lock.sh --upgrade, --upgrade-package NAME.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet uv
"$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
  --group setup --group test "$@" pyproject.toml --output-file requirements.lock
if grep -nE '://' requirements.lock; then
  echo "requirements.lock names an address" >&2
  exit 1
fi
