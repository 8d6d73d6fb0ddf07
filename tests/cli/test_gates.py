"""What has to be confirmed of a camera, typed at a terminal."""

import json
from typing import Any

from tests.cli.desk import ADDRESS, Desk


def gates(desk: Desk) -> dict[str, str]:
    answer = desk.types("camera", "gates", "--json")
    assert answer.exit_code == 0, answer.output
    rows: list[dict[str, Any]] = json.loads(answer.output)
    return {row["gate"]: row["standing"] for row in rows if row["name"] == "Window side"}


def refused(desk: Desk, *words: str, by: str) -> str:
    answer = desk.types(*words, "--as", by, "--reason", "try", "--json")
    assert answer.exit_code == 3, answer.output
    return str(json.loads(answer.output)["refused"])


def test_a_camera_in_use_has_every_gate(desk: Desk) -> None:
    assert set(gates(desk).values()) == {"holds"}


def test_what_is_taken_back_closes_it_and_a_colleague_renews(desk: Desk) -> None:
    desk.does("camera", "withdraw", "Window side", "sign", by="office")
    taken = gates(desk)["sign"]
    alone = refused(desk, "camera", "gate", "Window side", "--sign", by="office")
    desk.does("camera", "gate", "Window side", "--sign", by="director")

    assert (taken, alone, gates(desk)["sign"]) == ("taken_back", "gate:same_person", "holds")


def test_a_camera_is_activated_last_and_never_where_people_sleep(desk: Desk) -> None:
    desk.does("room", "add", "Beds", "--kind", "nap", by="office")
    desk.does("camera", "add", "Beds", "Corner", by="office", typed=ADDRESS + "\n")

    early = refused(desk, "camera", "activate", "Corner", by="director")
    desk.does("room", "kind", "Beds", "hall", by="office")
    missing = refused(desk, "camera", "activate", "Corner", by="director")
    desk.opens_gates("Corner")

    assert (early, missing) == ("room:never", "gate:missing")
