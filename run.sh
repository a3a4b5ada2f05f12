#!/usr/bin/env bash
# Starts the whole application: `dotnet run --project AppHost`, with a database. Ctrl+C stops it.
#
# The database is, in this order: the one that ConnectionStrings__citiesdb names; PostGIS in Docker, if Docker answers and
# its CLI is version 25 or newer; a local PostgreSQL with its data in .cities/ (CITIES_DATA names another folder). Arguments
# are the AppHost's, such as --Parameters:import-countries=FR,DE.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. eng/common.sh
. eng/postgres.sh

# How long the AppHost has for its end: with PostgreSQL's, the application ends within 15 s.
patience=10
application=

stop() {
  local tenths
  trap - INT TERM EXIT
  if [[ -n $application ]]; then
    kill -TERM "$application" 2>/dev/null || true
    for ((tenths = 0; tenths < 10 * patience; tenths++)); do
      kill -0 "$application" 2>/dev/null || break
      sleep 0.1
    done
    # `dotnet run` passes SIGTERM on, and SIGKILL to nobody. What the AppHost has started ends with it.
    pkill -KILL -P "$application" 2>/dev/null || true
    kill -KILL "$application" 2>/dev/null || true
  fi
  postgres_stop
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM
trap stop EXIT

find_dotnet
say 'Building ...'
output=$(dotnet build AppHost --nologo --verbosity quiet 2>&1) || die "$output"
if [[ -z ${ConnectionStrings__citiesdb:-} ]] && ! docker_fits_aspire; then
  postgres_start "${CITIES_DATA:-$PWD/.cities}/postgres"
  export ConnectionStrings__citiesdb="$POSTGRES;Database=citiesdb" Database__Owned=true
fi

# In the background: the shell runs its traps at once only while it waits.
dotnet run --project AppHost --no-build -- "$@" &
application=$!
wait "$application"
