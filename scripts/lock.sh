#!/usr/bin/env bash
# Write requirements.lock anew from pyproject.toml, and requirements-benchmarks.lock: every package with its
# hashes, no address of any registry.
# Versions that are locked already stay, unless asked: scripts/lock.sh --upgrade, --upgrade-package NAME.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet uv
lock() {
  "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$@"
}
lock --group setup --group test "$@" pyproject.toml --output-file requirements.lock
# What the patrol planner is measured against, in the versions that go with the rest.
lock --group pyproject.toml:benchmarks --constraints requirements.lock "$@" --output-file requirements-benchmarks.lock
if grep -nE '://' requirements.lock requirements-benchmarks.lock; then
  echo "a lock file names an address" >&2
  exit 1
fi
