"""Whatever an act can refuse, the page that asked for it has words for."""

import re
from collections.abc import Mapping

import pytest

from app.account.passphrase import NewPassphraseForm
from app.account.pins import NewPinForm
from app.factors.words import REASONS
from app.office.identity import IdentityForm
from app.office.words import REFUSALS
from tests.app.refusing import ROOT, refusals_of

INVITED = ROOT / "templates/invited.html"
#: What no page can bring about: it is looked at, or chosen, before the act is called.
BEFORE = {
    "reason:missing": "a form without a reason is no form of ours",
    "reason:long": "a form without a reason is no form of ours",
    "name:missing": "the form looks at names itself",
    "name:long": "the form looks at names itself",
    "name:characters": "the form looks at names itself",
    "factor:last": "recorded of one's own factors only",
    "passkey:only_way": "recorded of one's own factors only",
}
#: Of pages that open nothing again.
OPENS_NOTHING = {"act:overtaken": "only an act that clears a mark is overtaken"}
TO_THE_FRONT_DOOR = {
    "sign_in:ended": "leads to the sign-in page",
    "person:closed": "leads to the sign-in page",
}
PAGES: dict[str, tuple[Mapping[str, object], dict[str, str]]] = {
    "app.office.acts": (REFUSALS, {}),
    "app.office.closing": (REFUSALS, {"school:unknown": "the school in which the reader works"}),
    "app.office.letters": (REFUSALS, OPENS_NOTHING),
    "app.office.families": (REFUSALS, OPENS_NOTHING | {"span:backwards": "the page says no day"}),
    "app.office.identity": (
        IdentityForm.refusals,
        OPENS_NOTHING
        | {
            "document:kind": "one of a list is chosen",
            "guardianship:past_term": "the page says no day",
            "span:backwards": "the page says no day",
        },
    ),
    "app.invited.views": (
        dict.fromkeys(re.findall(r'data-reason="([^"]+)"', INVITED.read_text("utf-8"))),
        OPENS_NOTHING
        | {
            "passphrase:changed": "accepted, and changed before they were in: no answer, and they sign in",
            "person:closed": "accepted, and closed before they were in: no answer",
        },
    ),
    "app.account.passphrase": (
        NewPassphraseForm.refusals,
        OPENS_NOTHING | TO_THE_FRONT_DOOR | {"passphrase:same_person": "one's own one always may choose"},
    ),
    "app.account.pins": (NewPinForm.refusals, OPENS_NOTHING | TO_THE_FRONT_DOOR),
    "app.factors.second": (REASONS, OPENS_NOTHING),
    "app.factors.own": (REASONS, OPENS_NOTHING),
    "app.factors.app_codes": (REASONS, OPENS_NOTHING),
    "app.factors.sheet": (REASONS, OPENS_NOTHING),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_words_for_all_that_its_acts_refuse(page: str) -> None:
    words, never_shown = PAGES[page]

    assert refusals_of(page) - words.keys() - never_shown.keys() - BEFORE.keys() == set()


def test_the_refusals_of_an_act_are_found_however_deep_they_lie() -> None:
    assert {"guardianship:oneself", "person:closed"} <= refusals_of("app.office.families")
    assert "factor:last" in refusals_of("app.factors.own")
