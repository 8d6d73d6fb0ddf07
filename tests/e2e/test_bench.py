"""The benchmarks run as a command, end by themselves, and what they see in a browser is so."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser

from bench.first_picture import OLDER_THAN_THE_RING_SECONDS, room_address
from bench.phones import glass_to_glass, press_play
from tests.cameras import PipCamera
from tests.descendants import descendants
from tests.e2e.living import LivingSchool
from tests.e2e.phone import Phone
from tests.e2e.waiting import until

ROOT = Path(__file__).parents[2]
#: More than any player keeps in hand.
LATE_SECONDS = 4.0
#: Nothing is seen before its segment is whole.
SEGMENT_SECONDS = 1.0
SAMPLE_SECONDS = 3.0


def bench(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_each_line_of_a_run_is_an_object_with_name_ratio_and_peer() -> None:
    running = bench("decision", "--json")
    said, _ = running.communicate(timeout=60)

    assert running.returncode == 0
    for line in map(json.loads, said.splitlines()):
        assert line["name"]
        assert line["against"]
        assert line["ratio"] > 0
    assert said


def test_a_benchmark_that_is_ended_leaves_nothing_running() -> None:
    running = bench("time_to_black")
    started = until(
        "camera, portal and its web process run",
        lambda: found if len(found := descendants(running.pid)) > 4 else None,
        60,
    )

    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=40)

    assert running.returncode != 0
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []


def test_a_camera_that_is_late_is_seen_as_late(
    school: LivingSchool, browser: Browser, camera: PipCamera
) -> None:
    phone = Phone(browser, school, school.guardian().sign_in_name)
    time.sleep(OLDER_THAN_THE_RING_SECONDS)  # so that ▶ shows what is there, and does not wait for it
    phone.page.goto(room_address(school))

    first = press_play(phone.page)
    prompt = glass_to_glass(phone.page, SAMPLE_SECONDS)
    phone.page.click(".stop")
    camera.delay(LATE_SECONDS)
    time.sleep(OLDER_THAN_THE_RING_SECONDS)  # what was sent promptly has left the ring
    press_play(phone.page)
    late = glass_to_glass(phone.page, SAMPLE_SECONDS)
    camera.delay(0)
    phone.close()

    assert first.seconds > 0
    assert len(prompt) > 10
    assert len(late) > 10
    assert all(age is not None and 1 < age < LATE_SECONDS + SEGMENT_SECONDS for age in prompt)
    assert all(age is not None and age > LATE_SECONDS + SEGMENT_SECONDS / 2 for age in late)
