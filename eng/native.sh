# shellcheck shell=bash
# The compiler of native code, for benchmarks. Source it after common.sh.
#
#   native_prepare        installs clang as root on Debian or Ubuntu; elsewhere it ends the script with what is missing

native_prepare() {
  command -v clang >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    say 'Installing clang ...'
    { apt-get update --quiet=2 && DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes clang zlib1g-dev; } >/dev/null 2>&1 && return
  fi
  die 'clang is missing, which compiles the API ahead of time: on Debian and Ubuntu, install the packages clang and zlib1g-dev.'
}
