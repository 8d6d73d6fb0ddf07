"""Public ids."""

from access.keys import KEY_LENGTH, new_key

#: One in 64 would begin with a dash: that none of so many does by chance is less likely than 1e-13.
MANY = 2000


def test_no_key_reads_as_an_option_of_a_command() -> None:
    keys = {new_key() for _ in range(MANY)}

    assert len(keys) == MANY
    assert {len(key) for key in keys} == {KEY_LENGTH}
    assert not any(key.startswith("-") for key in keys)
