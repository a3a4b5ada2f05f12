# shellcheck shell=bash
# A PostgreSQL with PostGIS of our own, for run.sh and test.sh. Source it after common.sh.
#
#   postgres_start FOLDER [SETTING...]   starts it, and sets POSTGRES to a connection string without a database
#   postgres_stop [discard]              stops it, if postgres_start started it; 'discard' deletes its data too
#
# An installed server is preferred; without one, Docker; without either, Debian's or Ubuntu's packages are installed
# (as root). The cluster listens on loopback alone, with a password that only its owner can read.

postgis_image=postgis/postgis:17-3.5
postgres_owner=()
postgres_folder=
postgres_container=
# The first port that is tried.
postgres_port=15432

postgres_start() {
  local folder=$1
  shift
  if postgres_find || { ! docker_answers && postgres_install && postgres_find; }; then
    postgres_start_cluster "$folder" "$@"
  elif docker_answers; then
    postgres_start_container "$folder"
  else
    die 'PostgreSQL with PostGIS is missing, and so is Docker: install either (on Debian and Ubuntu as root, the packages' \
      'postgresql and postgresql-postgis are installed for you), or set ConnectionStrings__citiesdb.'
  fi
}

# Finds the newest installed server that has PostGIS.
postgres_find() {
  local control
  control=$(ls -d /usr/share/postgresql/*/extension/postgis.control 2>/dev/null | sort -V | tail -n 1)
  [[ -n $control ]] || return 1
  postgres_bin=${control#/usr/share}
  postgres_bin=/usr/lib${postgres_bin%/extension/postgis.control}/bin
  [[ -x $postgres_bin/initdb ]]
}

postgres_install() {
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
  say 'Installing PostgreSQL with PostGIS ...'
  # The server is for the clusters made here: the packages need not make and start one of their own.
  if [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
    mkdir -p /etc/postgresql-common
    say 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  export DEBIAN_FRONTEND=noninteractive
  {
    apt-get update && apt-get install -y --no-install-recommends postgresql postgresql-contrib &&
      apt-get install -y --no-install-recommends "postgresql-$(ls /usr/lib/postgresql | sort -V | tail -n 1)-postgis-3"
  } >/tmp/cities-apt.log 2>&1 || die 'PostgreSQL could not be installed: see /tmp/cities-apt.log.'
}

postgres_start_cluster() {
  local folder=$1 port setting
  shift
  # The server refuses to run as root.
  if [[ $(id -u) == 0 ]]; then
    postgres_owner=(setpriv --reuid=postgres --regid=postgres --init-groups)
    mkdir -p "$folder"
    if ! "${postgres_owner[@]}" test -x "$folder"; then
      folder=/var/tmp/cities-$(cksum <<<"$folder" | cut -d ' ' -f 1)
      say "The user postgres cannot reach the repository: its cluster is in $folder."
      mkdir -p "$folder"
    fi
    chown postgres: "$folder"
  fi
  mkdir -p "$folder"
  chmod 700 "$folder"

  if [[ ! -s $folder/PG_VERSION ]]; then
    head -c 18 /dev/urandom | base64 >"$folder.password"
    [[ -z ${postgres_owner[*]} ]] || chown postgres: "$folder.password"
    chmod 600 "$folder.password"
    "${postgres_owner[@]}" "$postgres_bin/initdb" -D "$folder" -U postgres --encoding=UTF8 --locale=C.UTF-8 \
      --auth=scram-sha-256 --pwfile="$folder.password" >"$folder.log" 2>&1 || die "$(tail -n 3 "$folder.log")"
  fi

  if ! "${postgres_owner[@]}" "$postgres_bin/pg_ctl" -D "$folder" status >/dev/null; then
    port=$(free_port $postgres_port)
    local options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    for setting in "$@"; do options+=" -c $setting"; done
    "${postgres_owner[@]}" "$postgres_bin/pg_ctl" -D "$folder" -l "$folder/server.log" -o "$options" -w -t 60 start >/dev/null ||
      die "PostgreSQL did not start: $(tail -n 2 "$folder/server.log")"
    postgres_folder=$folder
  fi
  port=$(sed -n 4p "$folder/postmaster.pid")
  POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Password=$(cat "$folder.password")"
}

# FOLDER names the container, and the volume that keeps its data between runs.
postgres_start_container() {
  local name password port
  name=cities-$(cksum <<<"$1" | cut -d ' ' -f 1)
  mkdir -p "$(dirname "$1")"
  [[ -s $1.password ]] || (umask 077 && head -c 18 /dev/urandom | base64 >"$1.password")
  password=$(cat "$1.password")
  if [[ -z $(docker ps -q --filter "name=^$name\$") ]]; then
    say "Starting $postgis_image in Docker ..."
    docker run --detach --rm --name "$name" --publish 127.0.0.1::5432 --volume "$name:/var/lib/postgresql/data" \
      --env POSTGRES_PASSWORD="$password" "$postgis_image" >/dev/null || die "$postgis_image could not be started."
    postgres_container=$name
  fi
  # While it initialises itself the image's server listens on its socket alone: ask over TCP.
  timeout 120 bash -c "until docker exec $name pg_isready -q -h 127.0.0.1; do sleep 0.5; done" ||
    die "PostgreSQL in the container $name does not answer: docker logs $name"
  port=$(docker port "$name" 5432/tcp | head -n 1)
  POSTGRES="Host=127.0.0.1;Port=${port##*:};Username=postgres;Password=$password"
}

postgres_stop() {
  if [[ -n $postgres_folder ]]; then
    "${postgres_owner[@]}" "$postgres_bin/pg_ctl" -D "$postgres_folder" -m fast -w -t 4 stop >/dev/null 2>&1 ||
      "${postgres_owner[@]}" "$postgres_bin/pg_ctl" -D "$postgres_folder" -m immediate -w -t 1 stop >/dev/null 2>&1 || true
    if [[ ${1:-} == discard ]]; then rm -rf "$postgres_folder" "$postgres_folder".{password,log}; fi
  elif [[ -n $postgres_container ]]; then
    docker stop --time 30 "$postgres_container" >/dev/null 2>&1 || true
    if [[ ${1:-} == discard ]]; then docker volume rm --force "$postgres_container" >/dev/null 2>&1 || true; fi
  fi
  postgres_folder='' postgres_container=''
}
