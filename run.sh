#!/usr/bin/env bash
# Brings up the whole application: PostGIS, the importer, the API. Ctrl+C stops it.
#
# With Docker and Aspire's packages this is `dotnet run --project AppHost`. Otherwise it does the same job without them:
# a PostgreSQL of its own in .cities/ (or the database that ConnectionStrings__citiesdb names), the importer, and the API
# on http://localhost:5080. What is imported is configured as everywhere, by Import__Countries and its like (README.md).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. eng/common.sh
. eng/postgres.sh

find_dotnet_and_aspire
if [[ $UseAspire == true ]]; then
  if docker_fits_aspire; then exec dotnet run --project AppHost -- "$@"; fi
  say 'Docker does not answer, or not as Aspire needs it: running without Aspire.'
fi

build() {
  local output
  output=$(dotnet build "$1" --configuration Release --nologo --verbosity quiet 2>&1) || die "$output"
}
say 'Building ...'
build Cities.Importer
build Cities.Api

api= requests=
stop() {
  trap - INT TERM EXIT
  for process in $api $requests; do kill -TERM "$process" 2>/dev/null || true; done
  for process in $api $requests; do wait "$process" 2>/dev/null || true; done
  postgres_stop
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM
trap stop EXIT

if [[ -z ${ConnectionStrings__citiesdb:-} ]]; then
  postgres_start "$PWD/.cities/postgres"
  export ConnectionStrings__citiesdb="$POSTGRES;Database=citiesdb"
fi

# Waited for in the background: a foreground process would keep the shell from its traps until it ends.
importer=Cities.Importer/bin/Release/net10.0/Cities.Importer.dll
dotnet "$importer" &
api=$!
wait "$api" || die "The import failed with exit code $?."
# Stays for the imports that administrators ask the API for. It is given no terminal, on which it would draw over what the API prints.
dotnet "$importer" serve > >(cat) &
requests=$!

port=$(free_port 5080)
((port == 5080)) || say "Port 5080 is taken: using $port."
address=http://localhost:$port
ASPNETCORE_URLS=$address dotnet Cities.Api/bin/Release/net10.0/Cities.Api.dll --contentRoot "$PWD/Cities.Api" &
api=$!
for _ in $(seq 120); do
  kill -0 "$api" 2>/dev/null || die 'The API has stopped.'
  is_ready "$port" && break
  sleep 0.5
done
is_ready "$port" || die "The API is not ready: $address/health"

say
say "Map        $address/"
say "API        $address/api/v1/cities/"
say "Reference  $address/scalar    ($address/swagger/, $address/redoc/)"
say "Health     $address/health"
say 'Press Ctrl+C to stop.'
wait "$api"
