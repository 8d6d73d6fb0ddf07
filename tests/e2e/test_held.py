"""That a guardian's phone keeps what it has seen of the log, and says so where the log was rewritten.

The rewriter has everything: the database without its triggers, and the key that signs.
"""

import random
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Connection, delete, insert, select

from access.database import writing
from access.log.signing import LogKey, sign_log
from access.log.store import LogCheckpoint, LogEra, LogNode
from access.log.tree import read_head
from tests.access.log.intruding import Intruder
from tests.access.log.trees import GrownTree, leaves
from tests.e2e.living import LivingSchool
from tests.e2e.phone import Phone
from tests.e2e.waiting import until

WEEK = timedelta(days=7)
GROWN, BROKEN, RESTORED = '[data-log="grown"]', '[data-log="broken"]', '[data-log="restored"]'
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('littlewindow-log:')).sort()"
ASK = """async (cases) => {
    const { grewFrom } = await import("/static/js/held.js");
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const answers = [];
    for (const one of cases) {
        answers.push(await grewFrom({
            ...one, oldRoot: bytes(one.oldRoot), root: bytes(one.root), proof: one.proof.map(bytes),
        }));
    }
    return answers;
}"""


def spelled(data: bytes) -> str:
    return b64encode(data).decode()


def signed_last_week(connection: Connection, school: LivingSchool) -> None:
    """Keep a checkpoint as it would have been kept before the last Monday."""
    key = LogKey.from_file(school.living.data / "log_key")
    sign_log(connection, school.school, key, school.living.world.clock.now() - WEEK)


def rewrites(school: LivingSchool, chance: str, *, declares: int | None = None) -> None:
    """Change one entry and all that tells of it, with the key that signs; one may declare a restore."""
    with writing(school.living.world.database) as connection:
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        for name in triggers.scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        by = Intruder(
            connection,
            school.school,
            read_head(connection, school.school).size,
            random.Random(chance),  # noqa: S311
        )
        by.write(3, **by.forged(3))
        if declares is not None:
            by.write(declares, kind="log:restored")
        by.grow_anew()
        connection.execute(delete(LogCheckpoint).where(LogCheckpoint.log == school.school))
        signed_last_week(connection, school)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_phone_finds_that_the_log_was_rewritten_with_the_key(
    school: LivingSchool, browser: Browser, language: str
) -> None:
    who = school.guardian().sign_in_name
    with writing(school.living.world.database) as connection:
        signed_last_week(connection, school)
    phone = Phone(browser, school, who, language)
    with phone.page.expect_response("**/home/log?*"):
        phone.page.goto(f"{phone.origin}/home")
    until("something is kept", lambda: len(phone.page.evaluate(KEPT)) == 1, 5)

    school.guardian()  # the log grows
    with writing(school.living.world.database) as connection:
        signed_last_week(connection, school)
    phone.page.reload()
    expect(phone.page.locator(GROWN)).to_be_visible()
    expect(phone.page.locator(BROKEN)).to_be_hidden()

    rewrites(school, language)
    for _ in range(2):  # what it has kept stays
        phone.page.reload()
        expect(phone.page.locator(BROKEN)).to_be_visible()
        expect(phone.page.locator(GROWN)).to_be_hidden()
    kept = phone.page.evaluate(KEPT)
    assert [key.endswith(":shown") for key in kept] == [False, True]
    phone.close()


def kept_beside(phone: Phone) -> list[str]:
    """Return as what a phone keeps checkpoints beside the one that counts."""
    return [key.split(":")[2] for key in phone.page.evaluate(KEPT) if key.count(":") > 1]


def begins_an_era(school: LivingSchool, begins_at: int) -> None:
    """Keep that a restore began another era of the log, and a checkpoint of it."""
    with writing(school.living.world.database) as connection:
        eras = select(LogEra.__table__).where(LogEra.log == school.school).order_by(LogEra.number)
        last = connection.execute(eras).all()[-1]
        number, name = last.number + 1, last.origin.rpartition("/")[0]
        new = {"number": number, "origin": f"{name}/{number}-0a1b2c3d", "begins_at": begins_at}
        connection.execute(insert(LogEra), {**last._mapping, **new})
        connection.execute(delete(LogCheckpoint).where(LogCheckpoint.log == school.school))
        signed_last_week(connection, school)


def kept_by(browser: Browser, school: LivingSchool) -> tuple[Phone, int]:
    """Return a phone, and the size of the log that it has kept."""
    with writing(school.living.world.database) as connection:
        signed_last_week(connection, school)
    phone = Phone(browser, school, school.guardian().sign_in_name, "en-GB")
    with phone.page.expect_response("**/home/log?*"):
        phone.page.goto(f"{phone.origin}/home")
    until("something is kept", lambda: len(phone.page.evaluate(KEPT)) == 1, 5)
    return phone, phone.page.evaluate(f"JSON.parse(localStorage[{KEPT}[0]]).size")


def shows(phone: Phone, one: str) -> None:
    """Expect one of the notices, and not another, at each of two visits."""
    for _ in range(2):
        phone.page.reload()
        expect(phone.page.locator(one)).to_be_visible()
        for other in {GROWN, BROKEN, RESTORED} - {one}:
            expect(phone.page.locator(other)).to_be_hidden()


def test_a_restore_that_lost_what_a_phone_had_seen_is_told_as_one(
    school: LivingSchool, browser: Browser
) -> None:
    phone, kept = kept_by(browser, school)
    rewrites(school, "restored", declares=kept - 1)
    begins_an_era(school, kept - 1)

    shows(phone, RESTORED)

    assert kept_beside(phone) == ["lost"]
    phone.page.get_by_role("button", name="I know of it").click()
    expect(phone.page.locator(RESTORED)).to_be_hidden()
    shows(phone, GROWN)
    assert kept_beside(phone) == ["known"]
    phone.close()


@pytest.mark.parametrize(("beyond", "declares"), [(1, True), (-1, False)], ids=["all seen", "a row alone"])
def test_no_era_excuses_what_the_log_does_not_declare_as_lost(
    school: LivingSchool, browser: Browser, beyond: int, *, declares: bool
) -> None:
    phone, kept = kept_by(browser, school)
    school.guardian()  # the log grows
    rewrites(school, f"excused {beyond}", declares=kept + beyond if declares else None)
    begins_an_era(school, kept + beyond)
    shows(phone, BROKEN)

    rewrites(school, f"declared {beyond}", declares=kept - 1)
    begins_an_era(school, kept - 1)
    shows(phone, BROKEN)  # what was red once stays so

    assert kept_beside(phone) == ["shown"]
    phone.close()


@pytest.mark.parametrize("spoilt", ["5", "{}", "[", '{"size": 3}'])
def test_what_is_spoilt_in_a_phone_hides_nothing(school: LivingSchool, browser: Browser, spoilt: str) -> None:
    phone, _ = kept_by(browser, school)
    phone.page.evaluate(f"(spoilt) => localStorage.setItem({KEPT}[0], spoilt)", spoilt)

    shows(phone, BROKEN)
    phone.close()


@pytest.mark.parametrize("gone", [LogCheckpoint, LogNode], ids=["the checkpoints", "what a proof takes"])
def test_a_log_that_cannot_show_that_it_grew_is_told_in_red(
    school: LivingSchool, browser: Browser, gone: type[LogCheckpoint | LogNode]
) -> None:
    phone, _ = kept_by(browser, school)
    school.guardian()
    rewrites(school, "none")  # takes the triggers away
    with writing(school.living.world.database) as connection:
        connection.execute(delete(gone).where(gone.log == school.school))

    shows(phone, BROKEN)
    phone.close()


def test_a_browser_checks_proofs_as_we_do(school: LivingSchool, browser: Browser) -> None:
    tree = GrownTree(leaves(70))
    true, false = [], []
    for size in range(1, 71):
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            case: dict[str, Any] = {
                "oldSize": old,
                "oldRoot": spelled(tree.root(old)),
                "size": size,
                "root": spelled(tree.root(size)),
                "proof": [spelled(one) for one in proof],
            }
            true.append(case)
            other = spelled(bytes(32))
            false += [case | {"oldRoot": other}, case | {"root": other}, case | {"oldSize": size + 1}]
            false.append(case | {"proof": [*case["proof"], other]})
            if proof:
                false.append(case | {"proof": case["proof"][:-1]})
                false.append(case | {"proof": [other, *case["proof"][1:]]})
    context = browser.new_context(bypass_csp=True)  # else no page lets a script in from outside
    page = context.new_page()
    page.goto(school.living.origin)

    assert set(page.evaluate(ASK, true)) == {True}
    assert set(page.evaluate(ASK, false)) == {False}
    context.close()
