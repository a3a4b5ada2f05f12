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
  say 'Building the images ...'
  export CITIES_API_IMAGE=cities-api:test CITIES_IMPORTER_IMAGE=cities-importer:test
  image_build Cities.Api "$CITIES_API_IMAGE"
  image_build Cities.Importer "$CITIES_IMPORTER_IMAGE"
fi

status=0 passed=0 failed=0 skipped=0
# run_tests OPTION...: runs them, and adds up what became of them.
run_tests() {
  dotnet test "$@" --no-build --no-progress --output detailed >"$work/log" 2>&1 || status=$?
  grep -vE '^(passed|  Standard output|  Error output|  from )' "$work/log" || true
  grep -A 8 '^failed ' "$work/log" >>"$work/failures" || true
  count passed succeeded
  count failed failed
  count skipped skipped
}
count() {
  local counted
  counted=$(sed -n "s/^ *$2: *\([0-9][0-9]*\).*/\1/p" "$work/log" | tail -n 1)
  printf -v "$1" %s $((${!1} + ${counted:-0}))
}

run_tests --solution "$(solution)"
if [[ $containers == true ]]; then
  say 'The tests of the API and its pages again, against its image ...'
  export CITIES_TEST_API_IMAGE=$CITIES_API_IMAGE
  run_tests --project tests/Cities.Api.Tests
  run_tests --project tests/Cities.Browser.Tests
fi
# Once more, where whoever sees only the end of this looks.
cat "$work/failures"
say "$passed passed, $failed failed, $skipped skipped"
((passed > 0)) && exit "$status"
exit 1
