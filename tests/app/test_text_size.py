"""Whoever wants larger words has them on every page of that device."""

from tests.school import School


def test_larger_words_stay_on_this_device(school: School) -> None:
    here, there = school.visitor(), school.visitor()

    answer = here.post("/text-size", {"size": "large"})

    assert answer.status == 303
    assert b'class="large"' in here.get("/").body
    assert b'class="large"' not in there.get("/").body


def test_normal_words_come_back(school: School) -> None:
    visitor = school.visitor()
    visitor.post("/text-size", {"size": "large"})

    visitor.post("/text-size", {"size": "normal"})

    assert b'class="large"' not in visitor.get("/").body


def test_a_size_that_there_is_not_is_refused(school: School) -> None:
    assert school.visitor().post("/text-size", {"size": "huge"}).status == 400
