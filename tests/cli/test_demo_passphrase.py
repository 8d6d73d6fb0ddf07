"""The demo makes up a passphrase that may be chosen, whichever words it draws."""

import itertools

from access.passphrase_rules import check_chosen
from app.cli.demo import WORDS, everybodys_passphrase
from demo.school import PEOPLE


def test_it_has_four_different_words() -> None:
    for _ in range(50):
        *words, number = everybodys_passphrase().split("-")
        assert len(set(words)) == len(words) == 4
        assert len(number) == 4


def test_any_four_words_may_be_chosen_by_anybody_of_the_demo() -> None:
    names = [word for one in PEOPLE for word in (one.name, one.sign_in)]
    for words in itertools.combinations(WORDS, 4):
        check_chosen("-".join([*words, "2014"]), names)
