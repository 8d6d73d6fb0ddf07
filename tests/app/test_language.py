"""Every kind of Chinese is Chinese."""

import pytest

from app.language import asked_for


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        pytest.param(["zh-CN", "en"], "zh", id="a phone from China"),
        pytest.param(["zh-Hans-CN"], "zh", id="an iPhone from China"),
        pytest.param(["zh-TW", "en"], "zh", id="Taiwan"),
        pytest.param(["zh_HK"], "zh", id="written with an underscore"),
        pytest.param(["fr", "en-GB", "zh"], "en", id="English before Chinese"),
        pytest.param(["fr"], None, id="neither"),
        pytest.param([], None, id="says nothing"),
    ],
)
def test_the_first_language_that_we_speak_is_spoken(tags: list[str], language: str | None) -> None:
    assert asked_for(tags) == language
