"""10,000 keys that name nothing of one's own × every route that takes one × everybody: one answer.

The quick half tries some of them; together with the cameras' tests all are tried.
"""

import itertools
import random

import pytest

from tests.app.admitted import EVERYBODY
from tests.app.everybody import Everybody, build
from tests.app.everybody import standing as what_stands
from tests.app.test_every_route import KINDS, Asked, ask, is_the_one_answer, kind_of, named
from tests.app.unknown_keys import SORTS, unknown_keys
from tests.school import School

#: Of whoever is of the other school too nothing is said here: those keys may be theirs.
OURS = [who for who in EVERYBODY if "neighbour" not in who and "both" not in who]
#: One seed for the quick half, so that it finds the same every time; another for all of them.
SEED, LONG_SEED = 20171220, 4


@pytest.fixture(scope="module")
def everybody(standing: School) -> Everybody:
    """Everybody there is, in two schools; nothing happens to them here."""
    return build(standing)


def places(everybody: Everybody) -> list[tuple[str, str, str]]:
    """Return every method and rule that takes an object, and the kind of it."""
    return [
        (method, named(rule), kind_of(rule.rule))
        for rule in everybody.school.app.url_map.iter_rules()
        if "<" in rule.rule
        for method in sorted(rule.methods or ())
    ]


def walk(everybody: Everybody, keys: int, each: int, seed: int) -> set[tuple[str, str, str, str]]:
    """Ask for *keys* keys, each in *each* places by as many people; return what was asked.

    Raises:
        AssertionError: names whatever was answered otherwise.
    """
    chance = random.Random(seed)  # noqa: S311  # the same each time
    tokens = {who: everybody.people[who].form_token() for who in OURS}
    # Each round in an order of its own: in one order, each place would meet but some of the sorts.
    every_turn = list(itertools.product(places(everybody), OURS))
    turns = (turn for _ in itertools.count() for turn in chance.sample(every_turn, len(every_turn)))
    asked_for, told = set(), []
    for sort, key in unknown_keys(everybody, keys, seed):
        for _ in range(each):
            (method, rule, kind), who = next(turns)
            number = str(chance.choice([0, 1, *itertools.chain(*everybody.filmed.values()), 2**63, 10**30]))
            address = rule.replace(f"<{kind}>", key).replace("<number>", number)
            asked = Asked(method, rule, key, address)
            asked_for.add((sort, method, rule, who))
            answer = ask(everybody.people[who], asked, tokens[who])
            if not is_the_one_answer(answer, everybody.school, method):
                told.append((who, method, address, answer.status))
    assert told == []
    return asked_for


def test_some_keys_that_name_nothing_are_the_one_404(everybody: Everybody) -> None:
    before = what_stands(everybody)

    walk(everybody, keys=700, each=1, seed=SEED)

    assert what_stands(everybody) == before


@pytest.mark.e2e
def test_10000_keys_that_name_nothing_are_the_one_404(everybody: Everybody) -> None:
    before = what_stands(everybody)

    asked_for = walk(everybody, keys=10_000, each=5, seed=LONG_SEED)

    assert what_stands(everybody) == before
    combinations = len(SORTS) + 1, len(places(everybody)), len(OURS)
    assert len(asked_for) > 0.95 * combinations[0] * combinations[1] * combinations[2]
    assert {rule.split("<")[0].rstrip("/") for _, _, rule, _ in asked_for} == {
        kind.rstrip("/") for kind in KINDS
    }
