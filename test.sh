#!/usr/bin/env bash
# Builds everything and runs every test that this machine can run, against a PostgreSQL with PostGIS that it starts, and
# installs if need be, itself. A test that fails runs once more, alone: if it passes then, it is listed as flaky. The exit
# status is 0 if nothing failed and something passed. The last line counts: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. eng/common.sh
. eng/postgres.sh
. eng/images.sh
. eng/browser.sh
. eng/gis.sh

# More failed tests than this are not flaky: they do not run again.
maximum_retries=10
# The exit codes of dotnet test: https://aka.ms/testingplatform/exitcodes
tests_failed=2 no_test_ran=8

find_dotnet
containers=false
if images_can_be_built; then
  containers=true
else
  say 'Docker does not answer, or has no base images: tests that start containers are skipped.'
fi
[[ -d ../shared/geonames ]] || say 'No real GeoNames files beside the repository: tests that read them are skipped.'
browser_find_or_install
gis_find_or_install

work=$(mktemp -d)
trap 'postgres_stop discard; rm -rf "$work"' EXIT
if [[ -z ${CITIES_TEST_POSTGRES:-} ]]; then
  chmod 755 "$work"
  postgres_start "$work/postgres" fsync=off full_page_writes=off max_connections=200
  export CITIES_TEST_POSTGRES=$POSTGRES
fi

dotnet build Cities.sln --nologo --verbosity quiet
if [[ $containers == true ]]; then
  say 'Building the images, against which the tests then run ...'
  export CITIES_API_IMAGE=cities-api:test CITIES_IMPORTER_IMAGE=cities-importer:test
  image_build Cities.Api "$CITIES_API_IMAGE"
  image_build Cities.Importer "$CITIES_IMPORTER_IMAGE"
  export CITIES_TEST_API_IMAGE=$CITIES_API_IMAGE
  image_files "$CITIES_IMPORTER_IMAGE" /app "$work/importer"
  if "$work/importer/Cities.Importer" --version >/dev/null 2>&1; then export CITIES_TEST_IMPORTER=$work/importer/Cities.Importer; fi
fi

# run LOG OPTION...: runs tests. An assembly of which all tests are skipped is not a failure.
run() {
  local log=$1
  shift
  dotnet test "$@" --no-build --no-progress --output detailed --ignore-exit-code $no_test_ran >"$log" 2>&1
}
# count NAME: how many the summary has of it.
count() { sed -n "s/^ *$1: *\([0-9][0-9]*\).*/\1/p" "$work/log" | tail -n 1; }

status=0
run "$work/log" --solution Cities.sln || status=$?
grep -vE '^(passed|  Standard output|  Error output|  from )' "$work/log" || true
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)

# The methods that failed: how many of their cases did, name and assembly.
awk '/^failed [A-Za-z]/ { name = $2; sub(/\(.*/, "", name) }
  /^  from / && name { failed[name " " $2]++; name = "" }
  END { for (key in failed) print failed[key], key }' "$work/log" | sort -k 2 >"$work/failed"
flaky=()
if ((status == tests_failed && $(wc -l <"$work/failed") <= maximum_retries)); then
  while read -r cases name assembly; do
    say "Running again: $name"
    if run "$work/again" --root-directory "${assembly%/*}" --test-modules "${assembly##*/}" --filter-method "$name" && grep -q '^passed ' "$work/again"; then
      flaky+=("$name")
      passed=$((passed + cases)) failed=$((failed - cases))
    fi
  done <"$work/failed"
  ((failed > 0)) || status=0
fi

# Once more, at the end of the output, where it is read.
((${failed:-0} == 0)) || grep -A 8 '^failed ' "$work/log" || true
((${#flaky[@]} == 0)) || printf 'flaky: %s\n' "${flaky[@]}"
say "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
((${passed:-0} > 0 && ${failed:-0} == 0)) && exit "$status"
exit 1
