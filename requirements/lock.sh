#!/bin/sh
# Rewrites the three lock files from pyproject.toml, with hashes and without naming where packages come from.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-uv}
lock() { "$uv" pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q "$@"; }
lock -o requirements/base.txt
lock --extra postgres -o requirements/postgres.txt
lock --extra postgres --group dev -o requirements/dev.txt
