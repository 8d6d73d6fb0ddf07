"""Acts upon families, done to a school and to the slow model of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from access import acts_families, acts_people
from access.acts import Actor
from access.acts_attendance import check_in, check_out, set_attendance
from access.acts_consent import refuse
from access.acts_custody import add_custody_rule, ask_to_end_custody_rule, end_custody_rule
from access.acts_delegates import end_delegation
from access.acts_exemptions import confirm_exemption, end_exemption, propose_exemption
from access.acts_sign_in_name import change_sign_in_name
from access.clock import FrozenClock
from access.consenting import of_guardian
from access.custody_rules import CustodyRule
from access.database import reading
from access.errors import Refused
from access.sign_ins import end_every_sign_in
from tests.access.histories.records import Consent, Record, Rule
from tests.access.histories.school import AUNT, CHECKED, WholeSchool
from tests.consenting import agrees_on_paper

STEP = timedelta(minutes=10)
#: What a custody rule is, and the days that it leaves.
CUSTODY: dict[str, tuple[dict[str, Any], Callable[[Any], bool]]] = {
    "none": ({"kind": "no_contact"}, lambda _: False),
    "odd": ({"kind": "odd_weeks"}, lambda day: day.isocalendar().week % 2 == 1),
    "even": ({"kind": "even_weeks"}, lambda day: day.isocalendar().week % 2 == 0),
    "tuesdays": ({"kind": "weekdays", "weekdays": [1]}, lambda day: day.weekday() == 1),
}


class OfFamilies:
    """One act after the other; what the portal refuses does not happen in the model either."""

    def __init__(self, school: WholeSchool, clock: FrozenClock) -> None:
        self.school, self.clock = school, clock
        self.model = school.model()
        self.world, self.act = school.world, school.act
        self.rules: list[Rule] = []
        self.names = 0
        #: How often each act was done, and how often it was refused.
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    @property
    def now(self) -> datetime:
        """Return the instant at which everything is done until time passes."""
        return self.clock.now()

    def does(self, what: str, *how: Any) -> None:
        """Do one act, here and there."""
        try:
            getattr(self, what)(*how)
        except Refused as refusal:
            self.refused[f"{what}: {refusal.reason}"] += 1
        else:
            self.done[what] += 1

    def newest(self, record: Any) -> int:
        """Return the number of the newest record of a kind."""
        with reading(self.world.database) as connection:
            return int(connection.execute(select(record.id).order_by(record.id.desc()).limit(1)).scalar_one())

    def grant(self, tie: str, start: int, hours: int) -> None:
        """Give a tie leave to watch."""
        starts_at = self.now + start * STEP
        span: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours)}
        number = acts_families.issue_grant(
            self.world, **self.act, guardianship_id=self.school.ties[tie].guardianship, **span
        )
        self.model.grants[tie].append(Record(recorded_at=self.now, number=number, **span))

    def revoke(self, tie: str) -> None:
        """Revoke every grant of a tie."""
        for grant in self.model.grants[tie]:
            acts_families.revoke_grant(self.world, **self.act, grant_id=grant.number)
            grant.end(self.now)

    def untie(self, tie: str) -> None:
        """End a tie."""
        acts_families.end_guardianship(
            self.world, **self.act, guardianship_id=self.school.ties[tie].guardianship
        )
        self.model.ties[tie].end(self.now)

    def verify(self, tie: str) -> None:
        """Check once more who somebody is."""
        self.school.verifies(self.school.ties[tie].guardianship)
        self.model.checks[tie] = Record(self.now, self.now, ends_at=self.now + CHECKED)

    def agree(self, tie: str) -> None:
        """Have a guardian agree to the child's being shown, on paper."""
        known = self.school.ties[tie].guardianship
        agrees_on_paper(self.world, known, office=self.school.office, director=self.school.director)
        self._no_longer(tie)
        self.model.consents[tie].append(
            Consent(self.now, self.now, version=self.model.version("family", self.now))
        )

    def refuse(self, tie: str) -> None:
        """Have a guardian take consent back."""
        whose = of_guardian(self.world, self.school.ties[tie].guardianship)
        refuse(self.world, actor=Actor(whose.person_id, "web"), whose=whose)
        self._no_longer(tie)
        self._asked_again(tie)

    def exempt(self, tie: str) -> None:
        """Have two of the staff say that a guardian, or one who was, is not asked."""
        by: dict[str, Any] = {"guardianship_id": self.school.ties[tie].guardianship}
        proposal = propose_exemption(self.world, **self.act, **by)
        confirm_exemption(self.world, actor=self.school.director, reason="seen", exemption_id=proposal)
        self.model.exemptions[tie].append(Record(self.now, self.now, number=proposal))

    def ask_again(self, tie: str) -> None:
        """Have one of the staff ask a guardian again."""
        for exemption in self.model.exemptions[tie]:
            if exemption.holds(self.now):
                end_exemption(self.world, **self.act, exemption_id=exemption.number)
        self._asked_again(tie)

    def _asked_again(self, tie: str) -> None:
        for exemption in self.model.exemptions[tie]:
            exemption.end(self.now)

    def _no_longer(self, tie: str) -> None:
        for consent in self.model.consents[tie]:
            consent.end(self.now)

    def undelegate(self) -> None:
        """End the aunt's delegation."""
        end_delegation(self.world, **self.act, delegation_id=self.school.delegation)
        self.model.ties[AUNT].end(self.now)

    def custody(self, tie: str, kind: str, start: int, days: int) -> None:
        """Limit a tie; a rule that begins later cuts whoever watches now, and lets them begin anew."""
        words, leaves = CUSTODY[kind]
        starts_at = self.now + start * STEP
        ends_at = starts_at + timedelta(days=days) if days else None
        add_custody_rule(
            self.world,
            **self.act,
            guardianship_id=self.school.ties[tie].guardianship,
            starts_at=starts_at,
            ends_at=ends_at,
            **words,
        )
        until = {"ends_at": ends_at} if ends_at else {}
        rule = Rule(starts_at, self.now, number=self.newest(CustodyRule), leaves=leaves, **until)
        self.rules.append(rule)
        self.model.custody[tie].append(rule)

    def end_custody(self, which: int) -> None:
        """End a rule: one asks for it, another confirms."""
        rule = self.rules[which % len(self.rules)] if self.rules else None
        if rule is not None:
            ask_to_end_custody_rule(self.world, **self.act, custody_rule_id=rule.number)
            end_custody_rule(
                self.world, actor=self.school.director, reason="heard", custody_rule_id=rule.number
            )
            rule.end(self.now)

    def attendance(self, mode: str) -> None:
        """Choose what the school wants to know of who came."""
        set_attendance(self.world, **self.act, school_id=self.school.id, mode=mode)
        self.model.attendance = mode

    def came(self, child: str) -> None:
        """Note that a child came in."""
        check_in(self.world, **self.act, child_id=self.school.children[child])
        self.model.noted[child].append((self.now, "in"))

    def out(self, child: str) -> None:
        """Note that a child went out."""
        check_out(self.world, **self.act, child_id=self.school.children[child])
        self.model.noted[child].append((self.now, "out"))

    def sign_out(self, who: str) -> None:
        """Sign somebody out everywhere."""
        end_every_sign_in(self.world, self.school.people[who].person)
        for device in self.model.devices[who]:
            device.end(self.now)

    def close_person(self, who: str) -> None:
        """Close somebody's account, and with it whoever watches for them."""
        acts_people.close_person(self.world, **self.act, person_id=self.school.people[who].person)
        self.model.accounts[who].end(self.now)

    def renamed(self, who: str) -> None:
        """Give somebody another sign-in name; whatever was checked under the former one is over."""
        self.names += 1
        change_sign_in_name(
            self.world,
            **self.act,
            person_id=self.school.people[who].person,
            sign_in_name=f"name-{self.names}",
        )
        for way in self.model.ways[who]:
            self.model.checks[way.delegation or way.tie].end(self.now)

    def sign_in(self, who: str) -> None:
        """Sign somebody in on another device, with which they watch from now on."""
        family = self.school.people[who]
        number = self.school.device(family.person)
        self.school.people[who] = replace(family, sign_in=number)
        self.model.devices[who] = [
            Record(self.now, self.now, number=number, ends_at=self.now + timedelta(days=30))
        ]
