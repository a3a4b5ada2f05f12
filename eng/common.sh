# shellcheck shell=bash
# What run.sh and test.sh have in common. Source it with the repository as the current folder.

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

find_dotnet() {
  command -v dotnet >/dev/null || die 'The .NET SDK is missing: install version 10 from https://dotnet.microsoft.com/download.'
  dotnet --version >/dev/null 2>&1 || die "$(dotnet --version 2>&1 | head -n 1)"
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

docker_answers() { command -v docker >/dev/null && timeout 20 docker info >/dev/null 2>&1; }

docker_compose_answers() { docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null; }

# Aspire's orchestrator refuses an older CLI, and says so only at debug level.
docker_fits_aspire() {
  local version
  docker_answers || return 1
  version=$(docker version --format '{{.Client.Version}}' 2>/dev/null)
  if ((${version%%.*} < 25)); then
    say "The Docker CLI is version $version; Aspire needs 25 or newer."
    return 1
  fi
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# is_answered PORT PATH: whether the API there answers with 200. Needs no curl, which not every machine has.
is_answered() {
  timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$1 && printf 'GET $2 HTTP/1.0\r\n\r\n' >&3 &&
    read -r status <&3 && [[ \$status == *' 200 '* ]]" 2>/dev/null
}

# free_port FIRST: the first port that nothing listens on, counted from FIRST. That shall be below 32768, where Linux begins
# to give connections ports of its own: one of those is not listened on either, and cannot be.
free_port() {
  local port
  for ((port = $1; port < $1 + 200; port++)); do
    port_is_free "$port" && say "$port" && return
  done
  die "No port from $1 to $port is free."
}
