# shellcheck shell=sh
# What only the system can bring: found here, and installed by root or said in one line.

#: What a command ends with where something is missing that it cannot bring itself.
LACKING=69

missing=""

lacks() { missing="$missing $1"; }

has_one_of() {
    for program in "$@"; do
        if command -v "$program" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

# Install what is missing as root; otherwise say the one line that does, and end.
bring_missing() {
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ] && has_one_of apt-get; then
        say "installing:$missing"
        # shellcheck disable=SC2086  # a list of package names
        if apt_get update && apt_get install -y --no-install-recommends $missing; then
            missing=""
            return 0
        fi
        say "apt-get could not install that; what went wrong stands above."
    fi
    say "This needs something of the system first."
    if [ "$(uname -s)" = Darwin ]; then
        # All that can be missing there: the tests look into Linux's own /proc and /dev/shm.
        say "On macOS, with Homebrew (https://brew.sh):"
        say "  brew install python@3.13"
    else
        say "On Debian or Ubuntu:"
        say "  sudo apt-get install -y$missing"
    fi
    exit "$LACKING"
}

# Its talk is for nobody: dpkg says a line for every file. What goes wrong it says on the error output.
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@" >/dev/null; }

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

makes_venvs() { suits "$1" && "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Set `python` to one that is new enough: one that makes virtual environments, where there is one.
find_python() {
    for able in makes_venvs suits; do
        for python in python3.13 python3.12 python3.11 python3; do
            if "$able" "$python"; then return 0; fi
        done
    done
    return 1
}

need_python() {
    if ! find_python; then
        lacks "python3 python3-venv"
    elif ! makes_venvs "$python"; then
        lacks python3-venv
    fi
}

# After what was missing has been brought.
require_python() {
    find_python || {
        say "Python 3.11 or newer is needed, and this system's is older: $(python3 --version 2>&1)."
        exit "$LACKING"
    }
}

# One that reads the lock: of version 7 or newer.
npm_works() { [ "$(npm --version 2>/dev/null | cut -d . -f 1)" -ge 7 ] 2>/dev/null; }

# For the quick half too: what the log hands out is checked by Go's own libraries. Only Debian and
# what comes of it have them as packages; elsewhere those tests say that they are left out.
need_check_parts() {
    [ "$(uname -s)" = Linux ] || return 0
    if ! has_one_of go || [ ! -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ]; then
        lacks "$(go_packages)"
    fi
}

# The tests name them too: tests/access/log/outside.py.
go_packages() { echo "golang-go golang-golang-x-mod-dev"; }

need_test_parts() {
    if [ "$(uname -s)" != Linux ]; then
        say "The tests look into Linux's /proc and /dev/shm; on this system there is ./portal demo."
        exit "$LACKING"
    fi
    need_check_parts
    [ -x /usr/bin/chromium ] || lacks chromium
    [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ] || lacks "fontconfig fonts-wqy-microhei"
    # It says itself what it would lack.
    /usr/bin/python3 -I demo/gstreamer_server.py --check >/dev/null 2>&1 || lacks "$(gstreamer_packages)"
    has_one_of nginx /usr/sbin/nginx || lacks nginx
    has_one_of caddy || lacks caddy
    has_one_of ffmpeg || lacks ffmpeg
    has_one_of ss || lacks iproute2
    has_one_of openssl || lacks openssl
    has_one_of systemd-analyze || lacks systemd # reads the unit; nothing is started
    has_library libatomic.so.1 || lacks libatomic1 # for the Node.js inside of Playwright
}

has_library() {
    for file in /usr/lib/*/"$1" /usr/lib64/"$1" /usr/lib/"$1"; do
        if [ -e "$file" ]; then return 0; fi
    done
    return 1
}

# The demo names them too: demo/rtsp_server.py.
gstreamer_packages() {
    echo "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good" \
        "gstreamer1.0-plugins-bad glib-networking"
}
