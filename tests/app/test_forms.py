"""Forms say what is wrong beside the field, and lose nothing typed but secrets."""

from typing import ClassVar

from app.forms import Form, name_field, secret_field
from tests.school import School


class Small(Form):
    """Two fields and one refusal."""

    refusals: ClassVar = {"name:taken": ("name", "somebody has that name")}

    name = name_field("Name", hint="a hint")
    secret = secret_field("Secret")


def drawn(school: School, typed: dict[str, str], refused: str = "") -> str:
    """Return the form's page after *typed* was sent."""
    with school.app.test_request_context("/", method="POST", data=typed, headers={"Accept-Language": "en"}):
        form = Small()
        assert form.holds() is (len(typed) == 2 and len(typed["name"]) <= 200)
        if refused:
            form.refuse(refused)
        page = '{% from "parts/form.html" import form %}{{ form(asked, "/there", "Go") }}'
        return school.app.jinja_env.from_string(page).render(asked=form)


def test_what_was_typed_stays_and_a_secret_does_not(school: School) -> None:
    page = drawn(school, {"name": "<林> & co", "secret": "correct horse"}, refused="name:taken")

    assert 'value="&lt;林&gt; &amp; co"' in page
    assert "correct horse" not in page


def test_a_refused_act_is_told_beside_its_field(school: School) -> None:
    page = drawn(school, {"name": "Noor", "secret": "x"}, refused="name:taken")

    assert '<a href="#name">somebody has that name</a>' in page
    assert '<p class="field-wrong" id="name-wrong">somebody has that name</p>' in page
    assert 'aria-describedby="name-hint name-wrong"' in page
    assert 'aria-invalid="true"' in page


def test_any_other_refusal_is_told_above_the_form(school: School) -> None:
    page = drawn(school, {"name": "Noor", "secret": "x"}, refused="school:closed")

    assert "That was not done (school:closed)." in page
    assert "aria-invalid" not in page


def test_a_field_left_empty_and_one_too_long_say_so(school: School) -> None:
    assert drawn(school, {"name": "Noor"}).count("Please fill this in.") == 2  # above and beside
    assert "at most 200 letters" in drawn(school, {"name": "n" * 201, "secret": "x"})
