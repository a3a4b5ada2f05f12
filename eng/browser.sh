# shellcheck shell=bash
# Chromium or Chrome for the tests that look at pages, for test.sh. Source it after common.sh.
#
#   browser_find_or_install   exports CITIES_BROWSER; without a browser it says so, and the tests are skipped
#
# Debian's chromium is installed (as root). Ubuntu's is a snap, which does not run in containers: it is neither taken nor
# installed.

browser_find_or_install() {
  [[ -z ${CITIES_BROWSER:-} ]] || return 0
  browser_find || { browser_install && browser_find; } ||
    say 'There is neither Chromium nor Chrome: tests in a browser are skipped.'
}

browser_find() {
  local name path
  for name in chromium google-chrome google-chrome-stable chromium-browser; do
    path=$(command -v "$name") || continue
    [[ $(readlink -f "$path") != */snap ]] && ! { [[ $(head -c 2 "$path") == '#!' ]] && grep -q /snap/ "$path"; } || continue
    timeout 30 "$path" --version >/dev/null 2>&1 || continue
    export CITIES_BROWSER=$path
    return
  done
  return 1
}

browser_install() {
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
  apt-get update >/tmp/cities-apt-browser.log 2>&1 || return 1
  [[ $(apt-cache policy chromium) =~ Candidate:\ [0-9] && $(apt-cache show chromium) != *snap* ]] || return 1
  say 'Installing Chromium ...'
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-liberation \
    >>/tmp/cities-apt-browser.log 2>&1 || { say 'Chromium could not be installed: see /tmp/cities-apt-browser.log.' && return 1; }
}
