# shellcheck shell=bash
# What benchmarks of the running API start with. Source it with the repository as the current folder.
#
#   prepare [SETTING...]   starts a PostgreSQL with the settings, publishes the API, the importer and the benchmarks into
#                          $work, and imports all countries' cities and postal codes into $database
#   machine                says what was measured on
#
# It uses GeoNames' files in ../shared/geonames (or in the folder that GEONAMES names), and leaves that folder in $files,
# and psql with the imported database.
#
#   CITIES_API_PROGRAM     another program of the API to measure instead, such as that of an earlier version

. eng/common.sh
. eng/postgres.sh
. eng/native.sh

prepare() {
  local project
  files=$(realpath "${GEONAMES:-../shared/geonames}")
  [[ -d $files ]] || die "GeoNames' files are missing: $files"
  find_dotnet
  work=$(mktemp -d)
  chmod 755 "$work"
  trap 'postgres_stop discard; rm -rf "$work"' EXIT
  postgres_start "$work/postgres" "$@"
  command -v psql >/dev/null || die 'psql is missing.'
  [[ $POSTGRES =~ Port=([0-9]+) ]]
  PGPASSWORD=$(cat "$work/postgres.password")
  export PGHOST=127.0.0.1 PGPORT=${BASH_REMATCH[1]} PGUSER=postgres PGPASSWORD PGDATABASE=cities PATH=$postgres_bin:$PATH
  database="$POSTGRES;Database=cities"

  say 'Publishing ...'
  native_prepare
  for project in Cities.Api Cities.Importer benchmarks/Cities.Benchmarks benchmarks/Cities.StaticServer; do
    dotnet publish "$project" --configuration Release --output "$work/${project##*/}" --nologo --verbosity quiet
  done
  say 'Importing ...'
  ConnectionStrings__citiesdb=$database Import__RejectsFolder="$work/rejects" \
    dotnet "$work/Cities.Importer/Cities.Importer.dll" --source "$files" --countries all --places cities1000 >"$work/import.log" 2>&1 ||
    { cat "$work/import.log" >&2; exit 1; }
  psql --quiet --command 'VACUUM ANALYZE' --command CHECKPOINT
}

# benchmark KIND ARGUMENT...: runs one of those of Cities.Benchmarks that need the published API
benchmark() {
  local static=()
  [[ $1 != api && $1 != scale ]] || static=("$work/Cities.StaticServer/Cities.StaticServer")
  dotnet "$work/Cities.Benchmarks/Cities.Benchmarks.dll" "$1" "${CITIES_API_PROGRAM:-$work/Cities.Api/Cities.Api}" "${static[@]}" "$database" "${@:2}"
}

machine() {
  say
  say "$(nproc --all) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1);" \
    "PostgreSQL $(psql -XAtc 'SHOW server_version' | cut -d ' ' -f 1); .NET $(dotnet --version)$*"
}
