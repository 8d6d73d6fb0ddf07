"""Writes ``docs/design/components.html``, where every part that pages are made of can be looked at.

A test says when it is out of date, and writes it anew with ``--update-golden``.
"""

import re
from pathlib import Path

from flask import Flask
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from app.forms import Form, code_field, name_field, secret_field
from app.language import CATALOGUES
from tests.readme import ROOT

PAGE = ROOT / "docs" / "design" / "components.html"
TEMPLATE = Path(__file__).with_suffix(".html")

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Littlewindow: the parts that pages are made of</title>
<link rel="stylesheet" href="../../static/vendor/bootstrap/bootstrap-reboot.min.css">
<link rel="stylesheet" href="../../static/css/portal.css">
</head>
<body><main class="page">
<p>The parts of <code>templates/parts/</code>, as the templates draw them.
Set up first, so that the styles are there.</p>
"""


CHOICES = [SelectChoice("card", "Identity card"), SelectChoice("passport", "Passport")]


class Sample(Form):
    """One field of each kind."""

    name = name_field("Name", hint="As it stands on the document.")
    passphrase = secret_field("Passphrase")
    pin = code_field("PIN", 6, hint="Six digits.")
    kind = RadioField("Document", choices=CHOICES)
    sure = BooleanField("I have seen it")


def rendered(app: Flask) -> str:
    """Return the page, in both languages, without what differs from one time to the next."""
    parts = [HEAD]
    for language in CATALOGUES:
        asked = {"headers": {"Accept-Language": language}}
        with app.test_request_context("/", **asked):
            empty = Sample()
        with app.test_request_context("/", method="POST", data={"name": "林小明"}, **asked):
            wrong = Sample()
            wrong.holds()
            template = app.jinja_env.from_string(TEMPLATE.read_text("utf-8"))
            parts.append(template.render(empty=empty, wrong=wrong))
    text = "\n".join(parts) + "\n</main></body>\n</html>\n"
    text = re.sub(r'name="csrf_token" value="[^"]*"', 'name="csrf_token" value=""', text)
    return re.sub(r"[ \t]+\n", "\n", text)
