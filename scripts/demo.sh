#!/usr/bin/env bash
# Set everything up, load the Nghệ An data and serve the program on 127.0.0.1:8000. Safe to run again.
# Arguments go to `borderops demo`.
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

STEPS=5
set_up run
step "borderops demo"
exec .venv/bin/borderops demo "$@"
