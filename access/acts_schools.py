"""Acts upon schools: adding one, and whose holidays it keeps."""

import zoneinfo
from datetime import datetime

from sqlalchemy import Connection, update

from access.acts import Actor, widen
from access.acts_budgets import check_budgets
from access.budgets import SENSIBLE, Budgets
from access.calendar_writing import end_years, widen_calendar
from access.checked import check_shown, checked_name, find_one
from access.consent_texts import add_first_texts
from access.errors import Refused
from access.holiday_facts import is_country
from access.inserting import insert_one
from access.keys import new_key
from access.people import School
from access.school_budgets import as_columns
from access.statutory import CHINA, CHINESE_ZONES
from access.world import World

LANGUAGES = ("zh", "en")
#: Let the zone say whose holidays a school keeps.
BY_ZONE = ""


def add_school(
    world: World,
    *,
    actor: Actor,
    reason: str,
    name: str,
    zone: str,
    language: str,
    country: str | None = BY_ZONE,
    budgets: Budgets = SENSIBLE,
) -> int:
    """Add a school and return its record.

    Args:
        zone: IANA name, such as ``Asia/Shanghai``.
        language: ``zh`` or ``en``.
        country: whose law gives its holidays, in two letters; None: it keeps its own closures
            only. ``BY_ZONE``: China's where the clocks are China's, and elsewhere none.
        budgets: how much each of its families may watch.
    """
    check_budgets(budgets)
    if country == BY_ZONE:
        country = CHINA if zone in CHINESE_ZONES else None
    check_country(country)
    name = checked_name(name)
    if zone not in zoneinfo.available_timezones():
        raise Refused("school:zone", "not the IANA name of a time zone")
    if language not in LANGUAGES:
        raise Refused("school:language", f"one of {', '.join(LANGUAGES)}")
    subject: dict[str, int] = {}

    def apply(connection: Connection, now: datetime) -> int:
        subject["school"] = insert_one(
            connection,
            School,
            key=new_key(),
            name=name,
            zone=zone,
            language=language,
            country=country,
            recorded_at=now,
            **as_columns(budgets),
        )
        add_first_texts(connection, subject["school"], now)
        return subject["school"]

    return widen(
        world,
        school_id=None,
        actor=actor,
        reason=reason,
        kind="school:added",
        subject=subject,
        apply=apply,
    )


def set_country(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    country: str | None,
    shown: str | None = None,
) -> None:
    """Say whose law gives a school its holidays; None: it keeps its own closures only.

    Another one's years have to be prepared and confirmed anew, this year's and those that follow:
    until then the school is closed around their holidays.

    Args:
        shown: the one that whoever acts has seen; empty for none.

    Raises:
        Refused: ``school:country``; ``act:overtaken``, where it is another one than *shown*.
    """
    check_country(country)

    def apply(connection: Connection, now: datetime) -> None:
        school = find_one(connection, School, school_id)
        check_shown(shown, school.country or "")
        if school.country == country:
            return
        end_years(connection, school_id, now, now.astimezone(zoneinfo.ZoneInfo(school.zone)).year)
        connection.execute(
            update(School).where(School.id == school_id).values(country=country, country_since=now)
        )

    subject = {"school": school_id, "country": country}
    widen_calendar(
        world, "school:country_set", subject, apply, actor=actor, reason=reason, school_id=school_id
    )


def check_country(country: str | None) -> None:
    """Let a country pass whose holidays can be looked up, or None.

    Raises:
        Refused: ``school:country``.
    """
    if country not in (None, CHINA) and not is_country(country):
        raise Refused("school:country", "two letters of ISO 3166-1 whose holidays are known, or none")
