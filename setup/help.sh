# shellcheck shell=sh
# What can be said without anything being installed.

help() {
    cat <<'TEXT'
小窗 Littlewindow: each verified parent sees, live, the room their own child is in,
while the school allows it, and nothing else.

  ./portal demo          a school that exists only here, to look at
  ./portal test          every test; what the build server runs
  ./portal up            the real thing, from PORTAL_* settings
  ./portal doctor        is all well on this machine? one line per thing, with the remedy
  ./portal check         the quick half of test: format, lint, types, imports, documents
  ./portal bench         figures, each against something outside the project
  ./portal help          this page; --json lists every command

Acts and questions, each with --help, an example, and --json where it answers:

  school add|term|list       person add|passphrase|rename|close|signout|list   staff appoint|dismiss
  class add|list             child add|enrol|move|leave|list    enrolment end
  guardianship add|verify|end|list                              grant issue|revoke|list
  custody add|end|list                                          delegate propose|approve|verify|end|list
  consent paper|staff|look|exempt|confirm|ask|text|publish|missing|list
  duty add|end|list          guest comes|leaves|list
  invitation letter|slip|release|withdraw|list
  room add|kind|level|use|end|swap|merge|return|changes|lend|take|loans|list
  hours set|show
  attendance set|in|out|import|show                             curtain draw|open
  budgets set|show                                              unwatched
  calendar show|prepare|confirm|close|makeup|open|remove        school country|uncovered|close|open
  factors reset              recorder add
  look ask|agree|end|list                                       door add|end|list
  camera add|mask|probe|gate|withdraw|gates|activate|deactivate|list|status
  explain PERSON ROOM        log show|register|verify|checkpoint|key|prove|export
  log retention|retain|hold|erase                               subject ask|make|release|hand|list
  db upgrade|downgrade       backup make|key|verify             restore file|confirm
  key make                   clock confirm

Acts want --as PERSON and --reason TEXT: both go into the log.
TEXT
}

help_help() {
    cat <<'TEXT'
Usage: ./portal help [--json]

  All commands on one page; with --json as {"commands": [...]}.

  example: ./portal help --json
TEXT
}

help_test() {
    cat <<'TEXT'
Usage: ./portal test [--json] [PYTEST ARGUMENTS]

  Every test: format, lint and strict types first, then the quick tests, then those
  with cameras, a browser and a running portal. Ends with pytest's closing line and
  a code of 0 only if all of it passed. With arguments, only the tests they name.
  With --json one more line follows: {"passed", "failed", "skipped", "seconds"}.

  example: ./portal test
           ./portal test tests/cli -k curtain
           ./portal test --json
TEXT
}

help_check() {
    cat <<'TEXT'
Usage: ./portal check [--json]

  The quick half of `./portal test`: format, lint, strict types, imports, documents
  and the tests that need no camera and no browser. About a minute.
  With --json the last line is {"passed", "failed", "skipped", "seconds"}.

  example: ./portal check --json
TEXT
}

# Each command as it is typed, a line each, read from the page above.
every_command() {
    help | awk '
        /^  \.\/portal / { print $2 }
        /^  [a-z]/ {
            cells = split(substr($0, 3), cell, /  +/)
            for (c = 1; c <= cells; c++) {
                split(cell[c], word, " ")
                verbs = word[2] ~ /^[a-z]/ ? split(word[2], verb, "|") : 0
                if (!verbs) print word[1]
                for (v = 1; v <= verbs; v++) print word[1] " " verb[v]
            }
        }'
}

help_as_json() {
    every_command | awk '
        { list = list (NR > 1 ? ", " : "") "\"" $0 "\"" }
        END { print "{\"commands\": [" list "]}" }'
}

is_command() { every_command | cut -d ' ' -f 1 | grep -qxF -e "$1"; }

# What the documents say of one command or of all of its noun, where nothing is installed
# that could say more: a page of help is not worth hundreds of megabytes.
help_from_documents() {
    wanted=$1
    case "${2:-}" in [a-z]*) wanted="$1 $2" ;; esac
    awk -F ' *[|] *' -v wanted="$wanted " '
        { gsub(/\\[|]/, "/"); gsub(/`/, "") }
        NF > 3 && index($2 " ", wanted) == 1 {
            print "./portal " $2 (NF > 4 ? "  (" $3 ")" : "")
            if ($(NF > 4 ? 4 : 3) != "") print "    " $(NF > 4 ? 4 : 3)
            if (NF > 4) print "    --json: " $5
        }' docs/reference/commands.md
    echo
    sed -n "/example: .*portal $wanted/{s/.*epilog=.\(.*\)./\1/;s/^ *//;p;}" app/cli/*.py bench/__main__.py | sort -u
    echo
    echo "Acts want --as PERSON and --reason TEXT. Nothing is installed yet; then there is more to read."
}
