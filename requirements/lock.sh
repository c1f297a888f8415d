#!/bin/sh
# Pins what pyproject.toml asks for, with hashes and without naming where the packages came from.
set -eu
cd "$(dirname "$0")/.."
compile() {
    pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host "$@" pyproject.toml
}
compile --all-build-deps --output-file requirements/runtime.txt
compile --all-build-deps --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
compile --extra bench --constraint requirements/dev.txt --output-file requirements/bench.txt
