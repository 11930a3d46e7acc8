#!/usr/bin/env bash
# Set everything up and run every check. All of them run; the exit code tells whether all passed.
# Arguments go to pytest: scripts/test.sh tests/core -k cluster
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

STEPS=9
set_up test

failed=()

# One check: its name, then its command. What it says is shown only when it fails.
check() {
  local name=$1 output
  shift
  step "$name"
  if ! output=$("$@" 2>&1); then
    failed+=("$name")
    printf '%s\n' "$output"
    say "FAILED"
  fi
}

check "ruff check" .venv/bin/ruff check .
check "ruff format" .venv/bin/ruff format --check .
check "mypy" .venv/bin/mypy
check "import-linter" .venv/bin/lint-imports

if [ "${#failed[@]}" -gt 0 ]; then
  printf 'Failed before pytest: %s\n' "$(printf '%s, ' "${failed[@]}" | sed 's/, $//')"
fi
step "pytest"
# One worker for each processor; the tests of a file stay together, since they share their server.
.venv/bin/pytest --numprocesses "${BORDEROPS_TEST_WORKERS:-auto}" --dist loadfile --no-loadscope-reorder "$@" \
  || failed+=("pytest")
[ "${#failed[@]}" -eq 0 ]
