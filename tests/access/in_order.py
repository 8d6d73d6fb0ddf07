"""Facts of a viewing in which everything is in order, for the pure policy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from access.policy import Dated, Path, Stream, ViewingFacts
from access.spans import Span

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
TERM = timedelta(days=90)
JUST_NOW, SOON = NOW - timedelta(minutes=1), NOW + timedelta(hours=1)
BEFORE, AROUND, AFTER = Span(NOW - TERM, NOW), Span(NOW - TERM, NOW + TERM), Span(SOON, NOW + TERM)
NARROW = Span(JUST_NOW, SOON)
STREAM = Stream(room_id=1, camera_key="c", epoch=4, level="clear", ordinal=3)
IN_ORDER = Path(
    guardianship_id=1,
    child_id=2,
    class_group_id=3,
    guardian=(AROUND,),
    delegated=(AROUND,),
    verified=(AROUND,),
    custody=(AROUND,),
    enrolled=(Dated(5, AROUND),),
    child_in=(AROUND,),
    used=(AROUND,),
    hours=(AROUND,),
    granted=(Dated(7, AROUND),),
    in_budget=(AROUND,),
    on_devices=(AROUND,),
)
EVERYTHING = ViewingFacts(
    person_id=1,
    sign_in_id=1,
    school_id=1,
    room_id=1,
    signed_in=(AROUND,),
    person=(AROUND,),
    paths=(IN_ORDER,),
    not_lent=(AROUND,),
    activated=(AROUND,),
    gated=(AROUND,),
    level="clear",
    level_asked=(AROUND,),
    school_open=(AROUND,),
    covered=(AROUND,),
    curtain_open=(AROUND,),
    stream=STREAM,
)
ALONG_THE_PATH = (
    "guardian",
    "delegated",
    "verified",
    "custody",
    "enrolled",
    "child_in",
    "used",
    "hours",
    "granted",
    "in_budget",
    "on_devices",
)
AROUND_THE_PATH = (
    "signed_in",
    "person",
    "not_lent",
    "activated",
    "gated",
    "level_asked",
    "school_open",
    "covered",
    "curtain_open",
)
DATED = ("enrolled", "granted")
Facts = TypeVar("Facts", ViewingFacts, Path)


def changed(facts: Facts, rule: str, held: Any) -> Facts:
    """Return *facts* with another value of the field named *rule*."""
    fields: dict[str, Any] = {rule: held}
    return replace(facts, **fields)


def with_rule(facts: ViewingFacts, rule: str, spans: tuple[Span, ...]) -> ViewingFacts:
    """Return *facts* with one rule holding over *spans* only, on every path."""
    if rule in AROUND_THE_PATH:
        return changed(facts, rule, spans)
    held = tuple(Dated(70 + n, span) for n, span in enumerate(spans)) if rule in DATED else spans
    return replace(facts, paths=tuple(changed(path, rule, held) for path in facts.paths))
