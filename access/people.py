"""The records of schools, people and how people sign in.

A person has one account in the installation and memberships in schools. Every
other row belongs to a school.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH


class Role(StrEnum):
    """What a member of staff may do; a guardian is not a role but a guardianship."""

    TEACHER = "teacher"
    OFFICE = "office"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"


class School(Base):
    """A tenant with its own time zone, people, cameras and log."""

    __tablename__ = "school"
    __table_args__ = (
        CheckConstraint("attendance IN ('off','optional','required')", name="attendance"),
        CheckConstraint("uncovered IN ('figures','closed')", name="uncovered"),
        CheckConstraint("day_minutes BETWEEN 1 AND 1440", name="day_minutes"),
        CheckConstraint("viewing_minutes BETWEEN 1 AND 1440", name="viewing_minutes"),
        CheckConstraint("family_devices BETWEEN 1 AND 100", name="family_devices"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    #: IANA name, such as ``Asia/Shanghai``.
    zone: Mapped[str] = mapped_column(String(64))
    #: ``zh`` or ``en``: what the school's pages speak unless the reader chose.
    language: Mapped[str] = mapped_column(String(8))
    #: Whose law gives the holidays: ISO 3166-1, two letters; None: the school keeps its own only.
    country: Mapped[str | None] = mapped_column(String(2))
    #: When that was said, if not with the school itself: nothing before it is open.
    country_since: Mapped[datetime | None]
    #: Whether it notes who is in: ``off``, ``optional`` or ``required``.
    attendance: Mapped[str] = mapped_column(String(8), default="off")
    #: When that was chosen; None where it never was.
    attendance_since: Mapped[datetime | None]
    #: Budgets of each family (:mod:`access.budgets`); None: none of it.
    day_minutes: Mapped[int | None]
    viewing_minutes: Mapped[int | None]
    family_devices: Mapped[int | None]
    #: When one of them was last widened; None where none ever was. That opens nothing before it.
    budgets_since: Mapped[datetime | None]
    #: Its policy: what a room shows at most where somebody expected in it has not agreed.
    uncovered: Mapped[str] = mapped_column(String(8), default="figures")
    #: Increased by every act.
    revision: Mapped[int] = mapped_column(default=0)
    recorded_at: Mapped[datetime]


class Person(Base):
    """Somebody with an account: one in the whole installation."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    #: What they type to sign in; case-folded, unique.
    sign_in_name: Mapped[str] = mapped_column(String(100), unique=True)
    #: argon2id; empty until a passphrase is chosen.
    passphrase_hash: Mapped[str] = mapped_column(String(200), default="")
    #: With their letter they chose a passkey instead of a passphrase: the hash is of nothing anybody knows.
    passkey_only: Mapped[bool] = mapped_column(default=False)
    #: ``zh``, ``en`` or empty for what the browser asks for.
    language: Mapped[str] = mapped_column(String(8), default="")
    #: Who added the account; None in a school's first acts, which have nobody to name.
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Who, other than this person, last gave it a passphrase, and so could sign in with it.
    passphrase_given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Who took their second factors away; they cannot give it a passphrase until there is a new one.
    factors_reset_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class Membership(Base):
    """A person's place on a school's staff, over ``[starts_at, ends_at)``."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("role IN ('teacher','office','director','administrator')", name="role"),
        UniqueConstraint("school_id", "person_id", "role", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class SignIn(Base):
    """One device of one person, until it is signed out."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: SHA-256 of the 256-bit cookie token; the token itself is nowhere.
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    #: A few words a person understands, such as ``Chrome, Android``.
    device: Mapped[str] = mapped_column(String(100))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: The last request that somebody made on it; written every few seconds.
    seen_at: Mapped[datetime]
    #: When the passphrase or a passkey was last given on it.
    proven_at: Mapped[datetime]
    #: When a second factor was last given on it; None where never.
    second_at: Mapped[datetime | None]
    #: argon2id of this device's PIN, peppered with the key; empty without one.
    pin_hash: Mapped[str] = mapped_column(String(200), default="")
    #: Wrong tries since the PIN was last right; from five on only the passphrase helps.
    pin_wrong: Mapped[int] = mapped_column(default=0)
    #: Where the person works on this device; counts while they are on that school's staff.
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
