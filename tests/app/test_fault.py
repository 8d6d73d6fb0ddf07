"""A fault of ours closes, says nothing to whoever met it, and leaves its kind and place in the output."""

import logging

import pytest

from tests.school import School

CANARY = "rtsp://canary:word@192.0.2.7 小豆"


def test_a_fault_opens_nothing_and_its_words_go_nowhere(
    school: School, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    guardian = school.guardian(of="Oak")

    def fails(*_: object) -> None:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(type(school.viewings), "open", fails)
    with caplog.at_level(logging.INFO):
        answer = guardian.post(f"/rooms/{school.room_key('Oak')}/viewings")

    assert answer.status == 503
    assert "没有显示任何画面".encode() in answer.body
    assert b"ZeroDivision" not in answer.body
    assert b"Traceback" not in answer.body
    assert school.log("viewing:") == []
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("portal:fault ZeroDivisionError at ")
    assert "test_fault.py" in line
    assert "canary" not in caplog.text
    assert "小豆" not in caplog.text


def test_after_a_fault_the_next_request_is_answered(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    guardian = school.guardian(of="Oak")
    with monkeypatch.context() as broken:
        broken.setattr(type(school.viewings), "open", lambda *_: 1 / 0)
        guardian.post(f"/rooms/{school.room_key('Oak')}/viewings")

    assert guardian.post(f"/rooms/{school.room_key('Oak')}/viewings").status == 201
