# shellcheck shell=sh disable=SC2154  # `python` is set by find_python
# What goes into .venv and static/vendor: checked by hash, one call at a time, and begun
# afresh where a call was broken off in the middle.

here=.venv/bin/python

sum_of() { cat "$@" | cksum | tr ' ' '-'; }

lock_of() { case "$1" in run) echo requirements.txt ;; *) echo "requirements-$1.txt" ;; esac; }

# Each lock holds all of the one before it.
at_least() { case "$1" in run) echo run demo dev ;; demo) echo demo dev ;; *) echo "$1" ;; esac; }

# What run, demo, dev or node needs is brought, and the system's part of it first.
need() {
    if [ -z "$missing" ] && is_ready "$1"; then return 0; fi
    wait_for_turn
    if is_ready "$1"; then bring_missing; else bring "$1"; fi
    end_turn
}

is_ready() {
    # shellcheck disable=SC2046  # a list of names
    venv_works && installed $(at_least "$1") && assets_are_here && pages_are_translated
}

bring() {
    venv_works || need_python
    bring_missing
    make_venv
    # shellcheck disable=SC2046  # a list of names
    installed $(at_least "$1") || install "$1"
    assets_are_here || bring_assets
    pages_are_translated || translate_pages
}

# Two calls must not write into .venv at once. The lock is the kernel's, so it ends with
# whoever holds it, however that ends; and with what it started, such as pip.
wait_for_turn() {
    for place in . .portal.lock; do # the second is root's where root installed first
        if [ -e "$place" ] && [ ! -w "$place" ]; then
            say "Something must be installed into $PWD, which is not yours to write."
            say "Call ./portal once as its owner: $(stat -c %U "$place" 2>/dev/null || ls -ld "$place")"
            exit "$LACKING"
        fi
    done
    exec 9>>.portal.lock
    if has_one_of flock; then
        flock -n 9 || { say "$WAITING"; flock 9; }
    elif find_python; then
        "$python" -c 'import fcntl, sys
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    print(sys.argv[1], file=sys.stderr, flush=True)
    fcntl.flock(9, fcntl.LOCK_EX)' "$WAITING"
    fi
}

WAITING="waiting: something is being installed here by another ./portal"

end_turn() { exec 9>&-; }

# A Python that is new enough and has pip, made to the end, and nothing broken off since.
venv_works() {
    [ ! -e .venv/unfinished ] && [ -n "$(ls -d .venv/made .venv/installed-* 2>/dev/null)" ] &&
        "$here" -c '
import sys
from importlib.util import find_spec
sys.exit(sys.version_info < (3, 11) or find_spec("pip") is None)
' >/dev/null 2>&1
}

make_venv() {
    if venv_works; then return 0; fi
    require_python
    "$python" -m venv --clear .venv >&2 || not_brought "A virtual environment"
    : >.venv/made
}

# True where one of the named locks, as it is today, is what .venv was made from.
installed() {
    for name in "$@"; do
        [ "$(cat ".venv/installed-$name" 2>/dev/null)" != "$(sum_of "$(lock_of "$name")")" ] || return 0
    done
    return 1
}

install() {
    lock=$(lock_of "$1")
    say "installing what $lock names into .venv, checked by hash (once; a minute or two)"
    : >.venv/unfinished
    "$here" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock" >&2 ||
        not_brought "What $lock names"
    sum_of "$lock" >".venv/installed-$1"
    rm .venv/unfinished
}

#: In megabytes; .venv with everything for the tests takes most of it.
ROOM_WANTED=1500

# Say the likely cause in plain words, and end; what the program itself said stands above.
not_brought() {
    room=$(df -Pk . "${TMPDIR:-/tmp}" | awk 'NR == 2 || (NR > 2 && $4 < least) { least = $4 } END { print int(least / 1024) }')
    say ""
    say "$1 could not be brought; what went wrong stands above."
    if [ "$room" -lt $ROOM_WANTED ]; then
        say "The disk is nearly full: $room MB are left, and up to $ROOM_WANTED MB are needed, here and in ${TMPDIR:-/tmp}."
    else
        say "It comes from the internet: is this machine online, and does it need a proxy (HTTPS_PROXY)?"
    fi
    say "Then call ./portal again."
    exit "$LACKING"
}

# --- browser assets and translations: made here, not committed ---------------

# They depend on what npm brings and on what of it is taken.
assets_are_here() {
    [ "$(cat static/vendor/.stamp 2>/dev/null)" = "$(sum_of package-lock.json app/assets.py)" ]
}

bring_assets() {
    say "bringing the browser assets that package-lock.json names (once)"
    export NODE_DISABLE_COMPILE_CACHE=1 # it would be left in /tmp
    if ! npm_works; then
        PATH="$PWD/.venv/bin:$PATH"
        export PATH
        installed node || install node
        npm_works || { say "npm does not run; Node.js 20 or newer is needed."; exit "$LACKING"; }
    fi
    npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >&2 ||
        not_brought "What package-lock.json names"
    "$here" -m app.assets >&2
    sum_of package-lock.json app/assets.py >static/vendor/.stamp
}

pages_are_translated() {
    [ "$(cat translations/.stamp 2>/dev/null)" = "$(sum_of translations/*/LC_MESSAGES/*.po)" ]
}

translate_pages() {
    "$here" -m babel.messages.frontend --quiet compile --directory translations >&2
    sum_of translations/*/LC_MESSAGES/*.po >translations/.stamp
}
