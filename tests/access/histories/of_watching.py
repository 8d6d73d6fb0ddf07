"""What is watched, and how much may be: done to a school and to the slow model of it."""

from sqlalchemy import insert

from access.acts_budgets import set_budgets
from access.budgets import Budgets
from access.database import writing
from access.errors import Refused
from access.viewing_records import Viewing
from tests.access.histories.of_families import STEP
from tests.access.histories.of_people import OfPeople
from tests.access.histories.records import Look
from tests.access.histories.school import WAYS
from tests.access.two_rooms import OAK


class OfWatching(OfPeople):
    """Viewings as a process leaves them, and the budgets of the school."""

    def budgets(self, minutes: int | None, devices: int | None) -> None:
        """Choose how much families may watch."""
        chosen = Budgets(day_minutes=minutes, devices=devices)
        set_budgets(
            self.world,
            actor=self.school.director,
            reason="council",
            school_id=self.school.id,
            budgets=chosen,
        )
        self.model.day_minutes, self.model.devices_at_once = minutes, devices

    def watched(self, who: str, way: int, steps: int) -> None:
        """Write that somebody watched until now."""
        self._looks(who, way, Look(self.now - steps * STEP, self.now - steps * STEP, ended_at=self.now))

    def begins(self, who: str, way: int, steps: int) -> None:
        """Write that somebody watches, and asks for as long."""
        self._looks(who, way, Look(self.now, self.now, ends_at=self.now + steps * STEP))

    def _looks(self, who: str, way: int, look: Look) -> None:
        ways = WAYS[who]
        chosen, device = ways[way % len(ways)], self.school.people[who].sign_in
        mine = (other for other in self.model.looks if other.device == device)
        if any(other.starts_at < look.until and look.starts_at < other.until for other in mine):
            raise Refused("test:watches_already")
        look.device, look.tie, look.child = device, chosen.tie, chosen.child
        with writing(self.world.database) as connection:
            connection.execute(
                insert(Viewing).values(
                    school_id=self.school.id,
                    key=f"look{len(self.model.looks)}",
                    sign_in_id=device,
                    person_id=self.school.people[who].person,
                    guardianship_id=self.school.ties[chosen.tie].guardianship,
                    child_id=self.school.children[chosen.child],
                    class_group_id=self.school.groups[OAK],
                    room_id=self.school.rooms[OAK],
                    opened_at=look.starts_at,
                    lease_until=look.until,
                    closed_at=look.ended_at if look.ended_at == self.now else None,
                )
            )
        self.model.looks.append(look)
