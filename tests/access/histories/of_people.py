"""Who is expected in a class, children and staff: done to a school and to the slow model of it."""

from datetime import datetime
from typing import Any

from access import acts_families
from access.acts import Actor
from access.acts_consent import agree, refuse
from access.acts_consent_texts import propose_text, publish_text
from access.acts_expected import add_duty, end_duty
from access.acts_moves import child_leaves, move_child
from access.consenting import Whose, of_staff
from tests.access.histories.of_families import STEP, OfFamilies
from tests.access.histories.records import Consent, Place, Record


class OfPeople(OfFamilies):
    """Places of children in classes, and who of the staff works with them."""

    def move(self, child: str, group: str, start: int) -> None:
        """Give a child a place in another class, from then on and for good."""
        starts_at = self.now + max(start, 0) * STEP
        number = move_child(self.world, **self.act, **self._into(child, group, starts_at))
        for place in self.model.places:
            if place.of == child:
                place.end(starts_at)
        self._enrolled(child, group, starts_at, number)

    def enrol(self, child: str, group: str, start: int) -> None:
        """Give a child a place in a class, whatever others it has."""
        starts_at = self.now + max(start, 0) * STEP
        number = acts_families.enrol(self.world, **self.act, **self._into(child, group, starts_at))
        self._enrolled(child, group, starts_at, number)

    def unenrol(self, child: str) -> None:
        """End every place that a child has now; those that begin later stay."""
        for place in self.model.places:
            if place.of == child and place.holds(self.now):
                acts_families.end_enrolment(self.world, **self.act, enrolment_id=place.number)
                place.end(self.now)

    def leaves(self, child: str) -> None:
        """Have a child leave the school: places, ties and grants, also those to come, are over."""
        child_leaves(self.world, **self.act, child_id=self.school.children[child])
        for place in self.model.places:
            if place.of == child:
                place.end(self.now)
        for tie in self.model.ties_of(child):
            self.model.ties[tie].end(self.now)
            for grant in self.model.grants[tie]:
                grant.end(self.now)

    def duty(self, who: str, group: str, start: int, length: int) -> None:
        """Have somebody work with a class for a while."""
        starts_at = self.now + max(start, 0) * STEP
        span: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + length * STEP}
        works: dict[str, Any] = {
            "person_id": self.school.staff[who],
            "class_group_id": self.school.groups[group],
        }
        number = add_duty(self.world, **self.act, **works, **span)
        self.model.duties.append(Place(recorded_at=self.now, of=who, where=group, number=number, **span))

    def off_duty(self, which: int) -> None:
        """Have somebody work with a class no longer."""
        if self.model.duties:
            duty = self.model.duties[which % len(self.model.duties)]
            end_duty(self.world, **self.act, duty_id=duty.number)
            duty.end(self.now)

    def staff_agrees(self, who: str) -> None:
        """Have somebody of the staff agree to be shown."""
        by, whose = self._of_staff(who)
        agree(self.world, actor=by, whose=whose)
        self._said(who)
        version = self.model.version("staff", self.now)
        self.model.staff_consents[who].append(Consent(self.now, self.now, version=version))

    def staff_refuses(self, who: str) -> None:
        """Have somebody of the staff refuse, or take back what they said."""
        by, whose = self._of_staff(who)
        refuse(self.world, actor=by, whose=whose)
        self._said(who)

    def asks_anew(self, audience: str, start: int) -> None:
        """Have the school ask with other words, from then on; who answered the former has to again."""
        words: dict[str, Any] = {"audience": audience, "words_zh": "新的说明", "words_en": "other words"}
        text = propose_text(self.world, **self.act, school_id=self.school.id, **words)
        starts_at = self.now + max(start, 0) * STEP
        publish_text(self.world, actor=self.school.director, reason="read", text_id=text, starts_at=starts_at)
        self.model.texts[audience].append(Record(starts_at, self.now))

    def _of_staff(self, who: str) -> tuple[Actor, Whose]:
        person = self.school.staff[who]
        return Actor(person, "web"), of_staff(self.world, self.school.id, person)

    def _said(self, who: str) -> None:
        for consent in self.model.staff_consents[who]:
            consent.end(self.now)

    def _into(self, child: str, group: str, starts_at: datetime) -> dict[str, Any]:
        of = {"child_id": self.school.children[child], "class_group_id": self.school.groups[group]}
        return {**of, "starts_at": starts_at}

    def _enrolled(self, child: str, group: str, starts_at: datetime, number: int | None) -> None:
        assert number is not None
        self.model.places.append(Place(starts_at, self.now, number=number, of=child, where=group))
