"""Masks as people type them."""

import json

import pytest

from tests.cli.desk import ADDRESS, Desk

REFUSED = 3
CORNER = "0,0 250,0 0,400"


def shown(desk: Desk) -> dict[str, int]:
    rows = json.loads(desk.types("camera", "list", "--json").output)
    return {row["name"]: row["masks"] for row in rows}


def test_masks_are_given_with_the_camera_and_replaced_later(desk: Desk) -> None:
    desk.does(
        *("camera", "add", "Oak room", "Door", "--mask", CORNER, "--mask", "900,0 1000,0 1000,100"),
        by="office",
        typed=ADDRESS + "\n",
    )
    told = desk.does("camera", "mask", "Window side", CORNER, by="office").output

    assert shown(desk) == {"Window side": 1, "Door": 2}
    assert "1 mask" in told
    assert "open the curtain" in told


def test_no_mask_at_all_shows_the_whole_picture_again(desk: Desk) -> None:
    desk.does("camera", "mask", "Window side", CORNER, by="office")
    desk.does("camera", "mask", "Window side", by="director")

    assert shown(desk) == {"Window side": 0}


@pytest.mark.parametrize(
    "words", ["0,0 250,0", "0,0 250,0 0,1001", "0;0 1;1 2;2", "0,0 1.5,0 0,4", "", "left"]
)
def test_words_that_make_no_mask_are_refused_and_change_nothing(desk: Desk, words: str) -> None:
    refused = desk.types("camera", "mask", "Window side", words, "--reason", "x", "--as", "office")

    assert refused.exit_code == REFUSED
    assert "camera:mask" in refused.output
    assert shown(desk) == {"Window side": 0}
