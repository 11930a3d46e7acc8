#!/usr/bin/env bash
# shellcheck shell=bash
# Everything that has to be there before the program or its tests can run; demo.sh and test.sh source this.
# Run by itself it makes a machine ready to serve: scripts/setup.sh
#
#   set_up run    what the program needs
#   set_up test   and what the tests need: a Chromium
#
# Needs Debian 12, Ubuntu 22.04 or later, git and python3. Does only what is missing, so it may be run again at
# any time. Exit codes: 3 packages are missing and we are not root; 4 this machine cannot be set up.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

STEPS=4
step_number=0

step() {
  step_number=$((step_number + 1))
  printf '[%d/%d %4ds] %s\n' "$step_number" "$STEPS" "$SECONDS" "$*" >&2
}

say() {
  printf '            %s\n' "$*" >&2
}

give_up() {
  printf '%s\n' "$*" >&2
  exit 4
}

set_up() {
  # One set-up at a time in this folder; the second waits and then finds everything done.
  exec 9<.
  flock --nonblock 9 || { say "waiting for another set-up in this folder"; flock 9; }
  step "System packages"
  ensure_packages "$1"
  step "Python environment in .venv"
  ensure_environment
  step "The program itself"
  ensure_program
  # About a minute the first time, a second when it is there already.
  .venv/bin/python -m borderops.patrols.planning.warming >&2
  step "Web assets"
  .venv/bin/python scripts/assets.py >&2
  if [ "$1" = test ]; then
    ensure_browser
  fi
  exec 9<&-
}

# --- System packages -------------------------------------------------------------------------------------

ensure_packages() {
  local missing=()
  has_postgis_server || missing+=(postgresql-postgis)
  if ! find_python > /dev/null; then
    missing+=(python)
  elif ! "$(find_python)" -c 'import ensurepip, venv' 2> /dev/null; then
    missing+=(python-venv)
  fi
  if [ "$1" = test ] && ! find_browser > /dev/null && packaged_browser > /dev/null; then
    missing+=(browser)
  fi
  if [ "${#missing[@]}" -eq 0 ]; then
    say "all there"
    return
  fi
  command -v apt-get > /dev/null || give_up "Missing: ${missing[*]}. Only Debian's apt-get is known here; install them by hand."
  if [ "$(id -u)" -ne 0 ]; then
    printf 'Packages are missing and only root may install them. As root, run:\n  apt-get update && apt-get install --yes --no-install-recommends %s\nand then this again.\n' \
      "$(package_names "${missing[@]}" | xargs)" >&2
    exit 3
  fi
  say "reading the package lists"
  apt-get update --quiet=2 >&2
  local packages
  packages=$(package_names "${missing[@]}")
  say "installing $(xargs <<< "$packages")"
  # shellcheck disable=SC2086 # one word for each package
  without_default_cluster install_packages $packages \
    || give_up "The packages could not be installed: $(xargs <<< "$packages")"
}

install_packages() {
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends \
    -o Dpkg::Use-Pty=0 "$@" > /dev/null
}

# Debian's package makes and starts a cluster of its own on port 5432. The program runs its own, without a
# port, so nothing of that is wanted; a setting for the time of the installation keeps it away.
without_default_cluster() {
  local folder=/etc/postgresql-common/createcluster.d
  local setting=$folder/borderops-setup.conf
  mkdir -p "$folder"
  echo 'create_main_cluster = false' > "$setting"
  local outcome=0
  "$@" || outcome=$?
  rm -f "$setting"
  return "$outcome"
}

has_postgis_server() {
  local programs
  for programs in /usr/lib/postgresql/*/bin; do
    if [ -x "$programs/postgres" ] && [ -x "$programs/pg_config" ] \
      && [ -e "$("$programs/pg_config" --sharedir)/extension/postgis.control" ]; then
      return 0
    fi
  done
  return 1
}

find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11 python3.14; do
    if command -v "$name" > /dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

find_browser() {
  local name
  for name in chromium google-chrome google-chrome-stable; do
    if command -v "$name"; then
      return 0
    fi
  done
  return 1
}

# The Debian package of Chromium; Ubuntu's packages of that name only fetch a snap, which is of no use here.
packaged_browser() {
  [ "$(. /etc/os-release && echo "$ID")" != ubuntu ] && echo chromium
}

# What this release calls the things that are missing.
package_names() {
  local thing
  for thing in "$@"; do
    case "$thing" in
      postgresql-postgis)
        # Brings the release's own version of the server along.
        echo postgresql-postgis
        ;;
      python)
        # Ubuntu 22.04 comes with 3.10 and has 3.11 beside it.
        printf 'python3.11\npython3.11-venv\n'
        ;;
      python-venv)
        echo "$("$(find_python)" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
        ;;
      browser)
        packaged_browser
        ;;
    esac
  done
}

# --- Python ----------------------------------------------------------------------------------------------

ensure_environment() {
  # The folder is part of it: an environment that was moved or copied has its old place written all over.
  local stamp=.venv/.made-for state
  state="$PWD $(sha256sum < requirements.lock)"
  if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2> /dev/null && [ "$(cat "$stamp" 2> /dev/null)" = "$state" ]; then
    say "up to date"
    return
  fi
  if ! [ -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null \
    || { [ -e "$stamp" ] && [ "$(cut -d' ' -f1 "$stamp")" != "$PWD" ]; }; then
    say "making it with $(find_python)"
    "$(find_python)" -m venv --clear .venv
  fi
  rm -f "$stamp"
  say "installing $(grep -c '^[a-z0-9]' requirements.lock) packages, each checked against its hash"
  # Bars for people; a log would be flooded.
  local quiet=()
  [ -t 2 ] || quiet=(--quiet)
  .venv/bin/python -m pip install "${quiet[@]}" --disable-pip-version-check --no-input \
    --require-hashes --only-binary :all: --requirement requirements.lock >&2
  printf '%s\n' "$state" > "$stamp"
}

ensure_program() {
  local stamp=.venv/.program-made-for state
  state=$(sha256sum < pyproject.toml)
  if [ -x .venv/bin/borderops ] && [ "$(cat "$stamp" 2> /dev/null)" = "$state" ]; then
    say "up to date"
    return
  fi
  # setuptools is in the lock, so nothing is fetched here.
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
    --no-build-isolation --editable . >&2
  printf '%s\n' "$state" > "$stamp"
}

# --- The browser, where apt has none ---------------------------------------------------------------------

ensure_browser() {
  find_browser > /dev/null && return
  # Playwright's own build; a second time it finds it and does nothing.
  say "this release has no package of Chromium; asking Playwright for one"
  if [ "$(id -u)" -eq 0 ]; then
    .venv/bin/playwright install --with-deps chromium-headless-shell >&2
  elif ! .venv/bin/playwright install chromium-headless-shell >&2; then
    give_up "No Chromium. Install Google Chrome, or as root: .venv/bin/playwright install --with-deps chromium-headless-shell"
  fi
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set_up run
fi
