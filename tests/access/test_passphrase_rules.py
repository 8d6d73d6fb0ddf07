"""Which passphrases may be chosen: long ones of any script, and none that others would guess."""

import threading

import pytest

from access.database import reading
from access.errors import Refused
from access.passphrase_rules import check_chosen, own_words
from tests.access.writing_school import WritingSchool

OWN = ["林小明 Lin Xiaoming", "lin.xiaoming", "小豆", "向日葵幼儿园 Sunflower"]


@pytest.mark.parametrize(
    "passphrase",
    [
        "canary horse battery staple",
        "willow lantern drum 42",
        "豆豆每天早上都要吃一个煮鸡蛋呢",
        "Großmutters Apfelkuchen mit Zimt",
        "مفتاح القمر تحت الوسادة",
        "кошка спит на крыше гаража",
        "🌻 seventeen paper lanterns 🐼",
        "kT9#vLm2@qXw7!zR",
    ],
)
def test_a_long_one_of_any_script_may_be_chosen(passphrase: str) -> None:
    check_chosen(passphrase, OWN)


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        pytest.param("x" * 14, "passphrase:short", id="short"),
        pytest.param("e\u0301" * 14, "passphrase:short", id="short once accents are one letter"),
        pytest.param("天地玄黄宇宙洪荒日月盈昃辰宿", "passphrase:short", id="fourteen characters"),
        pytest.param("abcde" * 201, "passphrase:long", id="long"),
        pytest.param("abcd" * 5, "passphrase:plain", id="four letters over and over"),
        pytest.param("passwordpassword123", "passphrase:guessable", id="leaked, twice"),
        pytest.param(
            "ＰＡＳＳＷＯＲＤ１２３４５６７８", "passphrase:guessable", id="leaked, in wide letters"
        ),
        pytest.param("p a s s w o r d 1 2 3 4 5 6", "passphrase:guessable", id="leaked, with spaces"),
        pytest.param("P@ssw0rd12345678", "passphrase:guessable", id="leaked, disguised"),
        pytest.param("qwertyuiopasdfghjkl", "passphrase:guessable", id="keys in a row"),
        pytest.param("1qaz2wsx3edc4rfv", "passphrase:guessable", id="keys in columns"),
        pytest.param("123456789012345", "passphrase:guessable", id="digits in order"),
        pytest.param("abcdefghijklmnop", "passphrase:guessable", id="the alphabet"),
        pytest.param("abcdefabcdefabcdef", "passphrase:guessable", id="repeated"),
        pytest.param("xiangrikuiyoueryuan", "passphrase:guessable", id="the school in pinyin"),
        pytest.param("woaiwojiabaobao", "passphrase:guessable", id="I love my family, in pinyin"),
        pytest.param("好好学习天天向上好好学习天天向上", "passphrase:guessable", id="a slogan"),
        pytest.param("床前明月光疑是地上霜举头望明月低头思故乡", "passphrase:guessable", id="the poem"),
        pytest.param("世上只有妈妈好有妈的孩子像块宝", "passphrase:guessable", id="the song"),
        pytest.param("向日葵幼儿园我爱你向日葵幼儿园", "passphrase:guessable", id="the school's name"),
        pytest.param("LinXiaoming20180315", "passphrase:guessable", id="own name and a birthday"),
        pytest.param("lin.xiaoming林小明小豆", "passphrase:guessable", id="own and the child's name"),
        pytest.param("5201314woaini5201314", "passphrase:guessable", id="numbers that mean love"),
    ],
)
def test_what_others_would_guess_may_not(passphrase: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check_chosen(passphrase, OWN)

    assert refused.value.reason == reason
    assert passphrase not in str(refused.value)


def test_length_is_counted_once_accents_are_one_letter() -> None:
    letters = "Bär über Öl säß"  # fifteen, when composed

    check_chosen(letters)
    with pytest.raises(Refused, match="passphrase:short"):
        check_chosen("u\u0308" * 7 + "abcdefg")


def test_own_words_are_of_the_person_and_what_they_belong_to(written: WritingSchool) -> None:
    with reading(written.world.database) as connection:
        words = own_words(connection, written.guardian)

    assert set(words) == {"Guardian", "guardian", "小豆", "Sunflower"}


def test_two_who_choose_at_once_are_measured_with_their_own_words() -> None:
    refused: list[str] = []

    def choose(own: str, other: str) -> None:
        for _ in range(20):
            try:
                check_chosen(f"{own}{own[::-1]}{own}", [own])
            except Refused:
                refused.append(own)
            check_chosen(f"{other} {other[::-1]} {other[1:]}x", [own])

    names = ("gwrkvbzt", "hqxnfpdy")
    threads = [threading.Thread(target=choose, args=pair) for pair in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(refused) == sorted(names * 20)
