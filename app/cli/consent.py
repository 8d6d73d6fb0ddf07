"""``./portal consent``: who agreed to being shown, on paper, and who is asked."""

from pathlib import Path

import click
from sqlalchemy import and_, select

from access.acts_consent_texts import propose_text, publish_text
from access.acts_exemptions import confirm_exemption, end_exemption, propose_exemption
from access.acts_paper import enter_paper, look_at_paper
from access.consent_records import ANSWERS, NO, Audience, Consent, ConsentText
from access.consent_texts import texts_of
from access.consenting import Whose, of_guardian, of_staff
from access.consents_missing import missing_in
from access.enrolment import Child, Guardianship
from access.errors import Refused
from access.people import Person
from app.cli import times
from app.cli.desk import Act, Desk, acted, asked, of_school
from app.cli.find import Kind

YES = "yes"


@click.group("consent")
def command() -> None:
    """Who agreed to being shown.

    example: ./portal consent missing --json
    """


@command.command("paper")
@click.argument("guardianship")
@click.argument("answer", type=click.Choice([YES, *ANSWERS]))
@acted
@of_school
def paper(desk: Desk, act: Act, *, guardianship: str, answer: str) -> None:
    """Enter what a guardian signed; somebody else then looks at the paper. A "no" counts at once.

    example: ./portal consent paper 1 yes --as office --reason "form of 1 September"
    """
    _enter(desk, act, of_guardian(desk.world, desk.find(Kind.GUARDIANSHIP, guardianship)), answer)


@command.command("staff")
@click.argument("person")
@click.argument("answer", type=click.Choice([YES, *ANSWERS]))
@acted
@of_school
def staff(desk: Desk, act: Act, *, person: str, answer: str) -> None:
    """Enter what somebody of the staff signed for themselves; somebody else then looks at the paper.

    example: ./portal consent staff mei yes --as office --reason "form of 1 September"
    """
    _enter(desk, act, of_staff(desk.world, desk.school_id, desk.find(Kind.PERSON, person)), answer)


def _enter(desk: Desk, act: Act, whose: Whose, answer: str) -> None:
    level = "clear" if answer == YES else answer
    waits = enter_paper(desk.world, actor=act.actor, reason=act.reason, whose=whose, level=level)
    if waits is None:
        desk.tell({"id": None, "answer": NO}, "written down: they do not agree")
    else:
        desk.tell({"id": waits, "answer": level}, f"paper {waits} counts once somebody else has looked at it")


@command.command("look")
@click.argument("consent")
@acted
@of_school
def look(desk: Desk, act: Act, consent: str) -> None:
    """Say that a paper says what a colleague entered; from now on it counts.

    example: ./portal consent look 1 --as director --reason "compared with the form"
    """
    consent_id = desk.find(Kind.CONSENT, consent)
    look_at_paper(desk.world, actor=act.actor, reason=act.reason, consent_id=consent_id)
    desk.tell({"id": consent_id, "counts": True}, f"paper {consent_id} counts")


@command.command("exempt")
@click.argument("guardianship")
@acted
@of_school
def exempt(desk: Desk, act: Act, guardianship: str) -> None:
    """Propose not to ask a guardian, such as one whom nobody can reach; a colleague must confirm.

    example: ./portal consent exempt 4 --as office --reason "missing since 2025, court paper seen"
    """
    tie = desk.find(Kind.GUARDIANSHIP, guardianship)
    number = propose_exemption(desk.world, actor=act.actor, reason=act.reason, guardianship_id=tie)
    desk.tell({"id": number}, f"proposal {number} waits for a colleague")


@command.command("confirm")
@click.argument("exemption")
@acted
@of_school
def confirm(desk: Desk, act: Act, exemption: str) -> None:
    """Agree that a guardian is not asked.

    example: ./portal consent confirm 1 --as director --reason "court paper seen"
    """
    number = desk.find(Kind.CONSENT_EXEMPTION, exemption)
    confirm_exemption(desk.world, actor=act.actor, reason=act.reason, exemption_id=number)
    desk.tell({"id": number, "exempt": True}, f"proposal {number} confirmed; they are not asked")


@command.command("ask")
@click.argument("exemption")
@acted
@of_school
def ask(desk: Desk, act: Act, exemption: str) -> None:
    """Ask a guardian again who was not asked; the rooms close until they agree.

    example: ./portal consent ask 1 --as office --reason "they are back"
    """
    number = desk.find(Kind.CONSENT_EXEMPTION, exemption)
    recorded = end_exemption(desk.world, actor=act.actor, reason=act.reason, exemption_id=number)
    desk.tell_ending({"id": number, "exempt": False}, "they are asked again", recorded=recorded)


@command.command("text")
@click.argument("audience", type=click.Choice([audience.value for audience in Audience]))
@click.option("--zh", "chinese", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--en", "english", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acted
@of_school
def text(desk: Desk, act: Act, *, audience: str, chinese: Path, english: Path) -> None:
    """Propose the next version of what families or staff are asked; a colleague publishes it.

    example: ./portal consent text family --zh zh.txt --en en.txt --as director --reason "new year"
    """
    number = propose_text(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        audience=audience,
        words_zh=chinese.read_text("utf-8"),
        words_en=english.read_text("utf-8"),
    )
    desk.tell({"id": number}, f"text {number} waits for a colleague to publish it")


@command.command("publish")
@click.argument("audience", type=click.Choice([audience.value for audience in Audience]))
@click.argument("version", type=int)
@click.option("--from", "starts", metavar="WHEN", help="School time; now where not said.")
@acted
@of_school
def publish(desk: Desk, act: Act, *, audience: str, version: int, starts: str | None) -> None:
    """Publish a text; from then on answers to older ones count no more, and rooms close until there are new.

    example: ./portal consent publish family 2 --from 2026-09-01 --as mei --reason "read it"
    """
    starts_at, _ = desk.stretch(starts, None)
    with desk.reading() as connection:
        texts = texts_of(connection, desk.school_id, Audience(audience))
    number = next((one.id for one in texts if one.version == version), None)
    if number is None:
        raise Refused("consent:text")
    publish_text(desk.world, actor=act.actor, reason=act.reason, text_id=number, starts_at=starts_at)
    desk.tell({"id": number, "version": version}, f"version {version} is published")


@command.command("missing")
@asked
@of_school
def missing(desk: Desk) -> None:
    """List who has not agreed, of guardians and staff on duty.

    example: ./portal consent missing --json
    """
    with desk.reading() as connection:
        found = missing_in(connection, desk.school_id, desk.world.clock.now())
    desk.table(
        [
            {"class": one.class_group, "child": one.child, "name": one.name, "answer": one.answer or None}
            for one in found
        ]
    )


@command.command("list")
@asked
@of_school
def list_(desk: Desk) -> None:
    """List every answer, of guardians and of staff for themselves.

    example: ./portal consent list --json
    """
    school_id = desk.school_id
    with desk.reading() as connection:
        zone = times.zone_of(connection, school_id)
        rows = connection.execute(
            select(
                Consent.id,
                Consent.key,
                Consent.guardianship_id.label("guardianship"),
                Person.sign_in_name.label("person"),
                Child.name.label("child"),
                ConsentText.version,
                Consent.level.label("answer"),
                Consent.how,
                Consent.counts_from,
                Consent.ended_at,
            )
            .join(Person, Person.id == Consent.person_id)
            .join(
                ConsentText,
                and_(ConsentText.id == Consent.consent_text_id, ConsentText.school_id == Consent.school_id),
            )
            .outerjoin(
                Guardianship,
                and_(Guardianship.id == Consent.guardianship_id, Guardianship.school_id == Consent.school_id),
            )
            .outerjoin(
                Child, and_(Child.id == Guardianship.child_id, Child.school_id == Guardianship.school_id)
            )
            .where(Consent.school_id == school_id)
            .order_by(Consent.id)
        )
        desk.table([times.row(row, zone) for row in rows.mappings()])
