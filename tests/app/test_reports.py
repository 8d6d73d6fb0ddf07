"""What browsers report is counted by the rule that was hit, and nothing else of it is kept."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from app.reports import EXTENSION, LARGEST_REPORT_BYTES, READ_EACH_MINUTE
from tests.browser import Answer
from tests.school import School

CANARY = "https://canary.example/secret?child=canary"


def old_way(directive: Any) -> str:
    """Return what ``report-uri`` sends."""
    return json.dumps({"csp-report": {"effective-directive": directive, "document-uri": CANARY}})


def new_way(*directives: Any) -> str:
    """Return what ``report-to`` sends."""
    return json.dumps(
        [
            {"type": "csp-violation", "url": CANARY, "body": {"effectiveDirective": one, "sample": CANARY}}
            for one in directives
        ]
    )


def sends(school: School, body: str | bytes, **headers: str) -> Answer:
    data = {"Content_Type": "application/csp-report", "Sec_Fetch_Site": "same-origin", **headers}
    named = {name.replace("_", "-"): value for name, value in data.items()}
    answer = school.app.test_client().post("/reports", data=body, headers=named, buffered=True)
    kept = tuple((name, value) for name, value in answer.headers if name != "Date")
    return Answer(answer.status_code, kept, answer.data)


def counted(school: School) -> dict[str, int]:
    counts: dict[str, int] = school.app.extensions[EXTENSION].counts()
    return counts


def test_each_report_counts_for_its_rule(school: School) -> None:
    sends(school, old_way("img-src"))
    sends(school, new_way("script-src-elem", "img-src"), Content_Type="application/reports+json")

    assert counted(school) == {"img-src": 2, "script-src-elem": 1}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * 15_000,
        '{"csp-report": 7}',
        '[{"body": []}, 7, null]',
        b"\xff\xfe\x00",
        '{"csp-report": {}}',
        old_way(CANARY),
        old_way({"a": CANARY}),
        new_way(["img-src"], 7, None, CANARY),
    ],
    ids=str,
)
def test_whatever_is_sent_is_answered_alike_and_told_to_nobody(
    school: School, caplog: pytest.LogCaptureFixture, body: str | bytes
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = sends(school, body)

    assert answer == sends(school, old_way("img-src"))
    assert answer.status == 204
    assert set(counted(school)) <= {"other", "img-src"}
    assert "canary" not in caplog.text


def test_the_same_rule_is_told_of_once_an_hour(school: School, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        sends(school, old_way("img-src"))
    school.clock.advance(timedelta(hours=1))
    sends(school, old_way("img-src"))

    assert [record.getMessage() for record in caplog.records] == ["page:violation img-src"] * 2


def test_no_more_are_read_than_a_few_a_minute(school: School) -> None:
    for _ in range(READ_EACH_MINUTE + 5):
        sends(school, old_way("img-src"))
    assert counted(school) == {"img-src": READ_EACH_MINUTE}

    school.clock.advance(timedelta(minutes=1))
    sends(school, new_way(*["img-src"] * 60))
    assert counted(school) == {"img-src": 2 * READ_EACH_MINUTE}


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_only_our_own_pages_report(school: School, site: str | None) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    answer = school.app.test_client().post("/reports", data=old_way("img-src"), headers=headers)

    assert (answer.status_code, answer.data) == (404, school.not_found.body)
    assert counted(school) == {}


@pytest.mark.parametrize("site", ["same-origin", "cross-site"])
def test_what_is_too_large_is_not_read(school: School, site: str) -> None:
    assert sends(school, b"[" + b" " * LARGEST_REPORT_BYTES, Sec_Fetch_Site=site) == school.not_found
