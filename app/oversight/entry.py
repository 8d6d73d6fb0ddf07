"""The page of one entry: all it says, its neighbours, and the proof that it stands in the log."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, render_template, request
from sqlalchemy import Connection, select

from access.database import reading
from access.log.canonical import LARGEST
from access.log.entry import INSTALLATION, Entry, read_numbered
from access.log.finding import Filter, find
from access.log.mentions import What, mentions_of
from access.log.standing import Standing, standing_of
from access.log.store import LogEntry
from access.roster import StaffSchool
from app import words
from app.guard import audience
from app.oversight import bp
from app.oversight.afterwards import afterwards_of
from app.oversight.asked import ACCOUNTS, Asked, Source
from app.oversight.kinds import choice_of, words_of
from app.oversight.lines import Line, Reader, address_of
from app.oversight.looking import outsiders_in, reader_of, record_look
from app.oversight.views import READERS
from app.services import services
from app.working import school_here

#: Entries of one viewing: it opens, and it closes.
MOST_OF_ONE_VIEWING = 10


@dataclass(frozen=True, slots=True)
class Sought:
    """The entry that is asked for, and whose log it is in."""

    school: StaffSchool
    asked: Asked
    source: Source
    entry: Entry
    #: Whoever acted is no business of the school: neither body nor proof is shown.
    is_strangers: bool


@bp.get("/oversight/entry")
@audience(*READERS)
def entry() -> str | Response:
    """Show one entry, the first where none is named; or hand out its proof."""
    wants_proof = bool(request.args.get("proof"))
    sought = _sought("proof" if wants_proof else "entry")
    if wants_proof:
        return _proof(sought)
    with reading(services().world.database) as connection:
        viewing = _of_viewing(connection, sought)
        reader = reader_of(connection, sought.school, sought.asked, sought.source, [sought.entry, *viewing])
        standing = standing_of(connection, sought.source.log, sought.entry.number)
        neighbours = _neighbours(connection, sought)
        afterwards = afterwards_of(connection, sought.school, sought.entry, services().world.clock.now())
    line, zone = reader.line(sought.entry), ZoneInfo(sought.school.zone)
    of, kind = sought.asked.of, choice_of(line.kind) or line.kind
    return render_template(
        "oversight/entry.html",
        line=line,
        log=sought.asked,
        kind=kind,
        kind_words=words_of(kind),
        body=None if sought.is_strangers else _spelled(sought.entry.body),
        viewing=_lines(reader, viewing),
        afterwards=None if sought.asked.of else afterwards,
        previous=None if neighbours[0] is None else address_of(neighbours[0], of),
        following=None if neighbours[1] is None else address_of(neighbours[1], of),
        standing=standing,
        signed=_when(standing.signed_at, zone) if standing else "",
        receipt=f"{address_of(line.number, of)}&proof=1" if _has_receipt(sought, standing) else None,
    )


def _proof(sought: Sought) -> Response:
    """Hand out the receipt of one entry, which proves it without the portal."""
    with reading(services().world.database) as connection:
        standing = standing_of(connection, sought.source.log, sought.entry.number)
    if standing is None or not _has_receipt(sought, standing):
        abort(404)
    answer = Response(standing.receipt, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="entry-{sought.entry.number}.tlog-proof"'
    return answer


def _has_receipt(sought: Sought, standing: Standing | None) -> bool:
    return standing is not None and standing.receipt is not None and not sought.is_strangers


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{words.calendar_day(at, zone=zone)} {words.clock_time(at, zone=zone)}"


def _sought(page: str) -> Sought:
    """Return the entry in the address, and record that it is looked at."""
    asked = Asked(ACCOUNTS if request.args.get("of") == ACCOUNTS else "")
    number = request.args.get("number", 0, type=int)
    with reading(services().world.database) as connection:
        school = school_here(connection, READERS)
        source = Source.of(school, asked.of)
        wanted = [number] if 0 <= number <= LARGEST else []
        entries = read_numbered(connection, source.log, wanted, only=source.only)
        if not entries:
            abort(404)
        strangers = outsiders_in(connection, school, source, entries)
    which = "installation" if source.log == INSTALLATION else "school"
    record_look(school, {"log": which, "page": page, "number": number})
    return Sought(school, asked, source, entries[0], is_strangers=bool(strangers))


def _of_viewing(connection: Connection, sought: Sought) -> list[Entry]:
    """Return the other entries of the same viewing, newest first."""
    mentions = mentions_of(sought.entry.kind, sought.entry.body)
    viewings = tuple(value for what, value in mentions if what == What.VIEWING)
    if not viewings or sought.asked.of:
        return []
    same = find(
        connection, sought.source.log, [Filter(What.VIEWING, viewings)], limit=MOST_OF_ONE_VIEWING
    ).entries
    return [one for one in same if one.number != sought.entry.number]


def _neighbours(connection: Connection, sought: Sought) -> tuple[int | None, int | None]:
    """Return the number before and the number behind, of entries that the reader may read."""
    log, number = sought.source.log, sought.entry.number
    if sought.source.only is None:
        there = {
            *connection.execute(
                select(LogEntry.number).where(
                    LogEntry.log == log, LogEntry.number.in_([number - 1, number + 1])
                )
            ).scalars()
        }
        return number - 1 if number - 1 in there else None, number + 1 if number + 1 in there else None
    before = find(connection, log, (), only=sought.source.only, before=number, limit=1).entries
    return before[0].number if before else None, None


def _lines(reader: Reader, entries: list[Entry]) -> list[Line]:
    return [reader.line(one) for one in entries]


def _spelled(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True)
