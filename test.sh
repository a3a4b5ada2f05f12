#!/usr/bin/env bash
# Builds everything and runs every test that this machine can run, against a PostgreSQL with PostGIS that it starts, and
# installs if need be, itself. The last line counts: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. eng/common.sh
. eng/postgres.sh
. eng/images.sh
. eng/browser.sh

find_dotnet_and_aspire
containers=false
if images_can_be_built; then
  containers=true
else
  say 'Docker does not answer, or has no base images: tests that start containers are skipped.'
fi
[[ -d ../shared/geonames ]] || say 'No real GeoNames files beside the repository: tests that read them are skipped.'
browser_find_or_install

work=$(mktemp -d)
trap 'postgres_stop discard; rm -rf "$work"' EXIT
if [[ -z ${CITIES_TEST_POSTGRES:-} ]]; then
  chmod 755 "$work"
  postgres_start "$work/postgres" fsync=off full_page_writes=off max_connections=200
  export CITIES_TEST_POSTGRES=$POSTGRES
fi

dotnet build "$(solution)" --nologo --verbosity quiet
if [[ $containers == true ]]; then
  say 'Building the images, against which the tests then run ...'
  export CITIES_API_IMAGE=cities-api:test CITIES_IMPORTER_IMAGE=cities-importer:test
  image_build Cities.Api "$CITIES_API_IMAGE"
  image_build Cities.Importer "$CITIES_IMPORTER_IMAGE"
  export CITIES_TEST_API_IMAGE=$CITIES_API_IMAGE
  image_files "$CITIES_IMPORTER_IMAGE" /app "$work/importer"
  if "$work/importer/Cities.Importer" --version >/dev/null 2>&1; then export CITIES_TEST_IMPORTER=$work/importer/Cities.Importer; fi
fi

status=0
dotnet test --solution "$(solution)" --no-build --no-progress --output detailed >"$work/log" 2>&1 || status=$?
grep -vE '^(passed|  Standard output|  Error output|  from )' "$work/log" || true
# Once more, where whoever sees only the end of this looks.
grep -A 8 '^failed ' "$work/log" || true

# count NAME: how many the summary has of it.
count() { sed -n "s/^ *$1: *\([0-9][0-9]*\).*/\1/p" "$work/log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
say "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
((${passed:-0} > 0)) && exit "$status"
exit 1
