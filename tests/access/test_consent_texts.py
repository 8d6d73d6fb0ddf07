"""What a school asks: a newer text asks everybody anew."""

from typing import Any

from access.acts_consent import agree
from access.acts_consent_texts import propose_text, publish_text
from access.clock import FrozenClock
from access.consent_records import Audience
from access.consent_texts import in_force, texts_of
from access.database import reading
from access.policy import Allowed
from tests.access.answering import agrees, of, refusal
from tests.access.two_rooms import ELM, HOUR, OAK, TwoRooms


def test_a_newer_text_in_force_asks_everybody_anew(two: TwoRooms, clock: FrozenClock) -> None:
    now = two.world.clock.now()
    words: dict[str, Any] = {"words_zh": "新的同意书", "words_en": "A new text"}
    by: dict[str, Any] = {"actor": two.office, "reason": "new year"}
    text = propose_text(two.world, **by, school_id=two.id, audience="family", **words)
    publish: dict[str, Any] = {"text_id": text, "starts_at": now + HOUR, "reason": "read"}
    assert refusal(publish_text, two.world, actor=two.office, **publish) == "consent:same_person"
    publish_text(two.world, actor=two.director, **publish)

    decision = two.decides(OAK, OAK)
    assert isinstance(decision, Allowed)
    assert decision.until == now + HOUR
    agrees(two, ELM, version=2)
    clock.advance(HOUR)

    assert (two.sees(OAK), two.sees(ELM)) == ([], [ELM])
    actor, whose = of(two)
    assert refusal(agree, two.world, actor=actor, whose=whose, version=1) == "consent:text"
    with reading(two.world.database) as connection:
        current = in_force(texts_of(connection, two.id, Audience.FAMILY), two.world.clock.now())
    assert current is not None
    assert (current.version, current.words("zh"), current.words("en")) == (2, *words.values())
