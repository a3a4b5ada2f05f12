# shellcheck shell=bash
# GDAL and OWSLib for the tests that read OGC API - Features with them, for test.sh. Source it after common.sh.
#
#   gis_find_or_install   installs Debian's packages (as root); without them it says so, and the tests are skipped

gis_find_or_install() {
  gis_find || { gis_install && gis_find; } ||
    say 'GDAL or OWSLib is missing: tests that read OGC API - Features with them are skipped.'
}

# The packages are for Debian's own Python.
gis_find() { command -v ogrinfo >/dev/null && /usr/bin/python3 -c 'import owslib' 2>/dev/null; }

gis_install() {
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
  say 'Installing GDAL and OWSLib ...'
  {
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gdal-bin python3-owslib
  } >/tmp/cities-apt-gis.log 2>&1 || { say 'They could not be installed: see /tmp/cities-apt-gis.log.' && return 1; }
}
