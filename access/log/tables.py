"""A log as a table for spreadsheets (CSV), beside an export that proves what each row says.

A spreadsheet takes a cell that begins like a formula for one, whoever wrote it: reasons and
names are other people's words. Such a cell gets an apostrophe before it, and so does whatever would
begin like one where a spreadsheet splits at another sign than the comma.

Names are looked up as they are today; the log itself has ids only, which stand behind them.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import BinaryIO, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from access.errors import Malformed, Unverified
from access.log.accounts import strangers_in
from access.log.entry import INSTALLATION
from access.log.erasures import Erased
from access.log.exports import ExportReader, Write, entry_line, head_line
from access.log.names import NAMED, actor_id, names_in, subject_ids
from access.log.proven import Choice, Proven, read_proven
from access.log.verify import Progress

#: What a row has. The names of who acted and of the records concerned end with ``#`` and the id.
COLUMNS = (
    *("number", "time", "kind", "actor"),
    *NAMED,
    *("reason", "device", "at", "commitment", "leaf_hash"),
)
#: Columns whose cells begin with a name, which no entry has.
WITH_NAMES = {"actor", *NAMED}

#: Excel takes a file for UTF-8 by it.
BYTE_ORDER_MARK = "\ufeff".encode()

#: After the beginning of a cell, or a sign at which some spreadsheet may split, and any spaces.
_LIKE_A_FORMULA = re.compile(r'(?:^(?=[\t\r\n\0])|(?:^|(?<=[;,|\t\r\n"]))(?=[\s\0]*[=+\-@＝＋－＠]))')

#: Names by the kind and the id of a record.
Found: TypeAlias = Mapping[tuple[str, int], str]


def write_table(
    connection: Connection,
    choice: Choice,
    zone: ZoneInfo,
    *,
    table: Write,
    proofs: Write,
    progress: Progress = lambda _done, _all: None,
) -> None:
    """Write the chosen entries as rows, and the export that proves them.

    Args:
        connection: of the read transaction in which they were chosen.
        choice: which.
        zone: the school's, for the column ``time``.
        table: is given the table: UTF-8 with a byte order mark, RFC 4180, every cell in quotes.
        proofs: is given the export of the same entries.
        progress: is told after every few thousand entries.

    Raises:
        Refused: ``log:broken``: an entry does not hold, and what was written is nothing.
    """
    table(BYTE_ORDER_MARK + _row(COLUMNS))
    proofs(head_line(choice))
    for batch in read_proven(connection, choice, progress):
        named = _named(connection, choice.log, batch)
        table(b"".join(_row(cells(one, zone, found)) for one, found in named))
        proofs(b"".join(map(entry_line, batch)))


def check_table(file: BinaryIO, export: ExportReader, zone: ZoneInfo) -> int:
    """Check that each row of a table says what its entry in an export says, but for the names.

    Args:
        file: the table; read row by row.
        export: of the same entries; checked as it is read.
        zone: the school's.

    Returns:
        how many rows there are.

    Raises:
        Malformed: one of the two is not what it should be.
        Unverified: a row says something else, or one of the two has more entries.
    """
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    rows = csv.reader(text, strict=True)
    try:
        if next(rows, None) != list(COLUMNS):
            raise Malformed("not a table of a log")
        count = 0
        for row, one in zip_longest(rows, export):
            if row is None or one is None:
                raise Unverified("the table and its proofs have not the same entries")
            _compare(row, one, zone)
            count += 1
    except (UnicodeDecodeError, csv.Error) as fault:
        raise Malformed("not a table of a log") from fault
    finally:
        text.detach()  # the file is its caller's
    return count


def cells(one: Proven, zone: ZoneInfo, found: Found) -> list[str]:
    """Return the row of an entry, in the order of :data:`COLUMNS`.

    Args:
        one: the entry.
        zone: the school's.
        found: the names that may stand in it.
    """
    body, actor, about = one.body, actor_id(one), subject_ids(one)
    at = datetime.fromisoformat(body["at"])
    via = str((body.get("actor") or {}).get("via", ""))
    whole = [
        str(one.number),
        at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        body["kind"],
        via if actor is None else _called(found, "person", actor),
        *(_called(found, kind, about[kind]) if kind in about else "" for kind in NAMED),
        str(body.get("reason") or "") if one.erased is None else erased_words(one.erased),
        str(body.get("device") or ""),
        body["at"],
        one.commitment.hex(),
        one.leaf_hash.hex(),
    ]
    return [guarded(cell) for cell in whole]


def erased_words(erased: Erased) -> str:
    """Return what stands where a reason would."""
    return f"erased on {erased.at.astimezone(UTC):%Y-%m-%d} under entry {erased.entry}"


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    Source:
        OWASP, "CSV Injection"; ASVS 5.0, 1.2.10.
    """
    return _LIKE_A_FORMULA.sub("'", text)


def _named(connection: Connection, log: int, batch: Sequence[Proven]) -> Iterator[tuple[Proven, Found]]:
    """Yield entries with the names that whoever reads this log may read in them.

    Those in the log of the installation are no school's; a stranger who asked for a room has none.
    """
    if log == INSTALLATION:
        yield from ((one, {}) for one in batch)
        return
    found = names_in(connection, log, batch).found
    strangers = strangers_in(connection, log, batch[0].number, batch[-1].number + 1)
    without_people = {key: name for key, name in found.items() if key[0] != "person"}
    for one in batch:
        yield one, without_people if one.number in strangers else found


def _called(found: Found, kind: str, number: int) -> str:
    name = found.get((kind, number))
    return f"#{number}" if name is None else f"{name} #{number}"


def _compare(row: list[str], one: Proven, zone: ZoneInfo) -> None:
    nameless = cells(one, zone, {})
    if len(row) != len(nameless):
        raise Malformed("a row of another length")
    for column, said, wanted in zip(COLUMNS, row, nameless, strict=True):
        named = column in WITH_NAMES and wanted.startswith("#") and said.endswith(f" {wanted}")
        if said != wanted and not named:
            raise Unverified(f"entry {one.number} has another {column}")


def _row(of: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(of)
    return line.getvalue().encode()
