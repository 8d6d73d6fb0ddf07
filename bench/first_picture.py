"""From ▶ to the first picture on the screen, in Chromium, against plain files by nginx.

Warm: the camera runs, and the sign-in is older than what lies in the ring, for a right
begins with its sign-in. Just signed in: as it is then. Cold: the curtain was opened just
now, so the camera is only being connected; this counts from the opening.

The peer is the same camera by ``ffmpeg`` and nginx: its page plays the files by our own
player with its options, and by hls.js as it comes. Nobody is asked for anything there.
"""

import os
import statistics
import time
from collections.abc import Iterator, Sequence

from playwright.sync_api import Browser, Page

from access import acts_places
from bench.lines import Line
from bench.peer import Peer, peer
from bench.phones import chromium, new_page, press_play
from bench.whole import running_school
from tests.e2e.living import LivingSchool
from tests.e2e.phone import Phone

ROUNDS, OTHER_ROUNDS = 7, 3
#: The ring, and the allowance for a slow camera.
OLDER_THAN_THE_RING_SECONDS = 11.0
#: Between closing a picture and the next, so that no round leans on the one before.
PAUSE_SECONDS = 1.0


def measure() -> Iterator[Line]:
    """Yield a line each for warm, just signed in and cold."""
    with running_school() as school, chromium() as browser, peer(school.camera_address) as files:
        files.start()
        phone = Phone(browser, school, school.guardian().sign_in_name)
        time.sleep(OLDER_THAN_THE_RING_SECONDS)  # the claim is about a sign-in of that age
        ours, by_our_player, plain = phone.page, new_page(browser), new_page(browser)
        ours.goto(room_address(school))
        by_our_player.goto(files.page(our_player=True))
        plain.goto(files.page(our_player=False))
        warm, theirs, theirs_plain = zip(
            *([_press_and_close(page) for page in (ours, by_our_player, plain)] for _ in range(ROUNDS)),
            strict=True,
        )
        yield _line("▶ to first picture, camera warm", warm, theirs, theirs_plain, aim="≤ 0.5 s")
        fresh = [_just_signed_in(browser, school) for _ in range(OTHER_ROUNDS)]
        yield _line("▶ to first picture, just signed in", fresh, theirs, theirs_plain)
        cold, theirs, theirs_plain = zip(
            *(
                (
                    _curtain_opens(ours, school),
                    _files_begin(by_our_player, files, our_player=True),
                    _files_begin(plain, files, our_player=False),
                )
                for _ in range(OTHER_ROUNDS)
            ),
            strict=True,
        )
        yield _line("camera switched on to first picture", cold, theirs, theirs_plain)


def _line(
    name: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    theirs_plain: Sequence[float],
    aim: str = "",
) -> Line:
    middle = {
        side: statistics.median(seconds)
        for side, seconds in (("ours", ours), ("theirs", theirs), ("theirs_plain", theirs_plain))
    }
    return Line(
        name,
        "the same player on ffmpeg's segments by nginx (medians)",
        round(middle["ours"] / middle["theirs"], 2),
        {
            "ours_p50_seconds": round(middle["ours"], 2),
            "ours_range_seconds": [round(min(ours), 2), round(max(ours), 2)],
            "same_player_p50_seconds": round(middle["theirs"], 2),
            "hls_js_as_it_comes_p50_seconds": round(middle["theirs_plain"], 2),
            "rounds": len(ours),
            "load": round(os.getloadavg()[0], 2),
        },
        aim=aim,
    )


def room_address(school: LivingSchool) -> str:
    """Return where the room is watched."""
    return f"{school.living.origin}/rooms/{school.room_key}"


def _press_and_close(page: Page) -> float:
    seconds = press_play(page).seconds
    page.click(".stop")
    time.sleep(PAUSE_SECONDS)
    return seconds


def _just_signed_in(browser: Browser, school: LivingSchool) -> float:
    guardian = school.guardian()
    phone = Phone(browser, school, guardian.sign_in_name)
    phone.page.goto(room_address(school))
    seconds = press_play(phone.page).seconds
    phone.close()
    return seconds


def _curtain_opens(page: Page, school: LivingSchool) -> float:
    world, room = school.living.world, school.room
    acts_places.draw_curtain(world, actor=school.office, reason="bench", room_id=room)
    time.sleep(PAUSE_SECONDS)
    opened = time.time()
    acts_places.open_curtain(world, actor=school.director, reason="bench", room_id=room)
    page.goto(room_address(school))
    seen_at = press_play(page).at
    page.click(".stop")
    return seen_at - opened


def _files_begin(page: Page, files: Peer, *, our_player: bool) -> float:
    files.stop()
    started = time.time()
    files.start(wait=False)
    page.goto(files.page(our_player=our_player))
    seen_at = press_play(page).at
    page.click(".stop")
    return seen_at - started
