"""Everybody who watches while a right ends: readers of three speeds, phones in both languages."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.e2e.living import Guardian, LivingSchool
from tests.e2e.phone import LANGUAGES, Phone
from tests.e2e.reader import Reader, boot, following
from tests.e2e.waiting import until

#: The promise, for the last byte and for the screen.
BLACK_SECONDS = 3.0
#: How long a byte is looked for: one that came after the promise would be seen.
LOOKED_FOR_SECONDS = BLACK_SECONDS + 2
#: Bytes a second; None is as fast as they come. At the last one a segment of this camera takes eight
#: seconds, so whoever only stops between segments is found out.
RATES = (None, 100_000.0, 10_000.0)
#: So much of a picture has come to everybody before a right ends.
ENOUGH_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class Audience:
    """Readers of several speeds, and two phones, in Chinese and in English."""

    readers: list[Reader]
    phones: list[Phone]

    def wait_until_all_watch(self) -> None:
        """Wait until every reader is among its segments and both screens show a picture."""
        until("pictures come", lambda: all(reader.taken > ENOUGH_BYTES for reader in self.readers), 30)
        until("both screens show a picture", lambda: not any(phone.is_dark() for phone in self.phones), 10)

    def seconds_until_dark(self, ended: float) -> list[float]:
        """Wait until both screens are dark; return when each was found so, in seconds after *ended*."""
        dark: dict[str, float] = {}

        def all_are() -> bool:
            for phone in self.phones:
                if phone.catalogue not in dark and phone.is_dark():
                    dark[phone.catalogue] = boot() - ended
            return len(dark) == len(self.phones)

        until("both screens are dark", all_are, 10)
        return list(dark.values())

    def last_bytes(self, ended: float) -> list[float]:
        """Wait while a late byte could come; return each reader's last, in seconds after *ended*."""
        until("the time for late bytes is over", lambda: boot() > ended + LOOKED_FOR_SECONDS, 30)
        return [reader.received[-1][0] - ended for reader in self.readers]

    def reads(self) -> dict[str, str]:
        """Wait until both pages say that it ended; return the sentence each shows, by catalogue."""
        until("both pages say that it ended", lambda: {p.state() for p in self.phones} == {"ended"}, 5)
        return {phone.catalogue: phone.says() for phone in self.phones}


@contextmanager
def audience(
    school: LivingSchool,
    browser: Browser,
    guardian: Guardian,
    rates: tuple[float | None, ...] = RATES,
) -> Iterator[Audience]:
    """Have a reader at each of *rates* and two phones of one guardian watch, until the end of the block."""
    with ExitStack() as cleaning:
        phones = [Phone(browser, school, guardian.sign_in_name, language) for language in LANGUAGES]
        for phone in phones:
            cleaning.callback(phone.close)
        readers = []
        for rate in rates:
            reader, token = school.reader(guardian.sign_in_name, rate)
            cleaning.enter_context(following(reader, reader.open(school.room_key, token)))
            readers.append(reader)
        for phone in phones:
            phone.watch()
        watching = Audience(readers, phones)
        watching.wait_until_all_watch()
        yield watching
