#!/usr/bin/env bash
# Builds everything and runs every test that this machine can run, against a PostgreSQL with PostGIS that it starts, and
# installs if need be, itself. The last line counts: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. eng/common.sh
. eng/postgres.sh

find_dotnet_and_aspire
docker_answers || say 'Docker does not answer: tests that start containers are skipped.'
[[ -d ../shared/geonames ]] || say 'No real GeoNames files beside the repository: tests that read them are skipped.'

work=$(mktemp -d)
trap 'postgres_stop discard; rm -rf "$work"' EXIT
if [[ -z ${CITIES_TEST_POSTGRES:-} ]]; then
  chmod 755 "$work"
  postgres_start "$work/postgres" fsync=off full_page_writes=off max_connections=200
  export CITIES_TEST_POSTGRES=$POSTGRES
fi

dotnet build "$(solution)" --nologo --verbosity quiet
status=0
dotnet test --solution "$(solution)" --no-build --no-progress --output detailed >"$work/log" 2>&1 || status=$?
grep -vE '^(passed|  Standard output|  Error output)' "$work/log" || true

count() { sed -n "s/^ *$1: *\([0-9][0-9]*\).*/\1/p" "$work/log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
say "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
((${passed:-0} > 0)) && exit "$status"
exit 1
