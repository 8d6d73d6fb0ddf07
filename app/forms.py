"""Forms that lose nothing typed: each field with its label, its hint and what is wrong with it.

A form says what may be typed and in what words it is refused. Whether the act itself is
allowed is ``access``'s to say: its refusal lands beside the field it is about. Where a
request comes from and whether its token holds is checked before a view runs
(:mod:`app.security`); ``templates/parts/form.html`` draws what stands here.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import Field, PasswordField, StringField
from wtforms import Form as WtForm
from wtforms.validators import InputRequired, Length

from access.checked import NAME_LETTERS
from access.codes import LONGEST_TYPED
from access.ending import REASON_LETTERS
from app.words import language

#: Longer than any passphrase a person types; what is longer is not even hashed.
LONGEST_SECRET = 1000


class Form(WtForm):  # type: ignore[misc]  # the library has no types
    """A form of one page: the fields of the request, or empty."""

    #: A refused act's reason → the field it is about (empty: the whole form), and what is said.
    refusals: ClassVar[Mapping[str, tuple[str, Any]]] = {}

    def __init__(self, **begin_with: Any) -> None:
        typed = request.form if request.method == "POST" else None
        super().__init__(typed, meta={"locales": ["zh" if language() == "zh-CN" else "en"]}, data=begin_with)

    def holds(self) -> bool:
        """Say whether the form was sent and nothing is wrong with it."""
        return request.method == "POST" and bool(self.validate())

    def refuse(self, reason: str) -> None:
        """Say beside its field why an act was refused; what was typed stays.

        Args:
            reason: of the :class:`access.errors.Refused`.
        """
        name, words = self.refusals.get(reason, ("", None))
        words = words or gettext("That was not done (%(reason)s). Nothing has changed.", reason=reason)
        if name:
            self[name].errors = [*self[name].errors, words]
        else:
            self.form_errors.append(words)

    def keeps(self) -> bool:
        """Say whether anything typed is sent back; secrets never are."""
        return any(field.type not in {"PasswordField", "HiddenField"} for field in self)

    def problems(self) -> list[tuple[str, Any]]:
        """Return the id of each wrong field, or nothing for the whole form, and what is said of it."""
        of_fields = [(field.id, words) for field in self for words in field.errors]
        return [("", words) for words in self.form_errors] + of_fields


def attributes(field: Field) -> dict[str, str]:
    """Return what ties a field to its hint and to what is wrong with it, for whoever hears the page."""
    notes = [f"{field.id}-hint"] if field.description else []
    if not field.errors:
        return {"aria-describedby": " ".join(notes)} if notes else {}
    return {"aria-describedby": " ".join([*notes, f"{field.id}-wrong"]), "aria-invalid": "true"}


def needed() -> InputRequired:
    """Return the check that something was typed."""
    return InputRequired(lazy_gettext("Please fill this in."))


def at_most(letters: int) -> Length:
    """Return the check that not too much was typed."""
    return Length(max=letters, message=lazy_gettext("That is too long: at most %(max)d letters."))


def name_field(label: Any, *, hint: Any = "", **keywords: str) -> Field:
    """Return a field for a name of any script."""
    return StringField(
        label,
        [needed(), at_most(NAME_LETTERS)],
        description=hint,
        filters=[_stripped],
        render_kw={"maxlength": NAME_LETTERS, **keywords},
    )


def secret_field(label: Any, *, hint: Any = "", **keywords: str) -> Field:
    """Return a field whose content is never sent back to the page."""
    return PasswordField(
        label,
        [needed(), at_most(LONGEST_SECRET)],
        description=hint,
        render_kw={
            "maxlength": LONGEST_SECRET,
            "autocapitalize": "none",
            "autocorrect": "off",
            "spellcheck": "false",
            **keywords,
        },
    )


def code_field(label: Any, digits: int, *, hint: Any = "", **keywords: str) -> Field:
    """Return a field for digits that are typed once and never sent back, with the keys of a telephone."""
    return PasswordField(
        label,
        [needed(), at_most(4 * digits)],
        description=hint,
        filters=[_digits],
        render_kw={"inputmode": "numeric", "maxlength": 4 * digits, **keywords},
    )


def seen_code_field(label: Any, *, hint: Any) -> Field:
    """Return a field for a code of letters and digits, which is seen while it is typed."""
    return StringField(
        label,
        [needed(), at_most(LONGEST_TYPED)],
        description=hint,
        render_kw={
            "maxlength": LONGEST_TYPED,
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )


def reason_field() -> Field:
    """Return the field for why; it goes into the log."""
    return StringField(
        lazy_gettext("Reason, for the record"),
        [needed(), at_most(REASON_LETTERS)],
        render_kw={"maxlength": REASON_LETTERS, "autocomplete": "off"},
    )


def _stripped(typed: str | None) -> str | None:
    return typed.strip() if typed else typed


def _digits(typed: str | None) -> str | None:
    """Return what was typed without the spaces that people read digits with."""
    return "".join(typed.split()) if typed else typed
