"""The page on protection has the program's own figures, and every place that does cryptography."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest

from access import (
    ceremonies,
    check_codes,
    checked,
    codes,
    devices,
    invitations,
    one_time_codes,
    passphrase_rules,
    presence,
    second_factors,
    sign_ins,
    vault,
    viewing,
)
from access.camera_address import ADDRESS_LETTERS
from access.database import CONNECT_SECONDS, STATEMENT_MILLISECONDS
from access.ending import REASON_LETTERS
from access.key_files import KEY_BYTES
from access.log.entry import SALT_BYTES
from access.passphrases import MEMORY_KIB
from app import security
from app.account import limits
from app.config import KEPT_FOR_PAGES
from app.factors.passkeys import ASKED_PER_ADDRESS
from app.live import cutter
from app.oversight import views as oversight
from app.parts import SECRET_BYTES
from app.tls import CIPHERS
from streaming.confinement import MIB, MOST_DESCRIPTORS, MOST_MEMORY

ROOT = Path(__file__).parents[2]
CODES = second_factors.TRIES
PAGE = (ROOT / "docs/reference/protection.md").read_text("utf-8")
CRYPTOGRAPHY = {
    "hashlib",
    "hmac",
    "secrets",
    "ssl",
    "cryptography",
    "argon2",
    "itsdangerous",
    "webauthn",
    "pyotp",
    "pyrage",
}
#: FFmpeg's TLS is asked for by words, not by an import.
OTHERWISE = {"streaming/source.py"}


def section(heading: str) -> str:
    """Return what stands under one heading."""
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def does_cryptography(path: Path) -> bool:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return not found.isdisjoint(CRYPTOGRAPHY)


def test_the_page_names_every_module_that_does_cryptography_and_no_other() -> None:
    modules = {
        str(path.relative_to(ROOT))
        for package in ("access", "app", "streaming")
        for path in (ROOT / package).rglob("*.py")
        if does_cryptography(path)
    }
    named = set(re.findall(r"`([a-z_/]+\.py)`", section("Keys and cryptography")))

    assert sorted(modules - named) == []
    assert sorted(named - modules - OTHERWISE) == []


def minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("What is kept", f"a sign-in ends after {sign_ins.SIGN_IN_LASTS.days} days"),
        ("What is kept", f"of staff after {sign_ins.STAFF_SIGN_IN_LASTS // timedelta(hours=1)} hours"),
        ("Keys and cryptography", f"AES-256-GCM, {vault.NONCE_BYTES * 8} random bits of nonce"),
        ("Keys and cryptography", f"`PORTAL_KEY_FILE`, {KEY_BYTES * 8} random bits"),
        ("Keys and cryptography", f"argon2id, {MEMORY_KIB // 1024} MiB, one pass, one lane"),
        ("Keys and cryptography", f"{sign_ins.TOKEN_BYTES * 8} random bits; SHA-256 is kept"),
        ("Keys and cryptography", f"SHA-256 over {SALT_BYTES * 8} random bits of salt"),
        ("Keys and cryptography", f"`PORTAL_SECRET_KEY_FILE`, {SECRET_BYTES * 8} random bits"),
        (
            "Who speaks to whom",
            f"{CONNECT_SECONDS} s to connect, {STATEMENT_MILLISECONDS // 1000} s a statement",
        ),
        ("What costs much", f"all threads but {KEPT_FOR_PAGES}"),
        ("What costs much", f"{cutter.BODIES_PER_VIEWING} for each viewing"),
        ("What costs much", f"{cutter.BODIES_PER_PERSON} for each person"),
        ("What costs much", f"| viewings | {viewing.MOST_OPEN} on one device"),
        ("What costs much", f"| sign-ins | {sign_ins.MOST_DEVICES} of one person"),
        ("What costs much", f"{oversight.PAGE} entries each"),
        ("What costs much", f"| forms | {security.LARGEST_FORM_BYTES // 1024} KiB"),
        ("What costs much", f"{MOST_MEMORY // MIB // 1024} GiB of memory, {MOST_DESCRIPTORS} files"),
        ("Tries", f"on a device that knows the name | {limits.PER_KNOWN_DEVICE} |"),
        ("Tries", f"a name from one address | {limits.PER_NAME_AND_ADDRESS} |"),
        ("Tries", f"a name from anywhere | {limits.PER_NAME} |"),
        ("Tries", f"anything from one address | {limits.PER_ADDRESS} |"),
        ("Tries", f"on a device that is signed in | {limits.PER_SIGN_IN} |"),
        (
            "Tries",
            f"device | {CODES[0][0]} in {minutes(CODES[0][1])} minutes and {CODES[1][0]} in a day",
        ),
        (
            "Tries",
            f"passkey from one address | {limits.PER_ADDRESS}, and {ASKED_PER_ADDRESS[:3]} challenges",
        ),
        ("Tries", f"a device's PIN | {sign_ins.PIN_TRIES} times"),
        ("Keys and cryptography", f"{5 * one_time_codes.SEED_LETTERS} random bits of seed"),
        ("Keys and cryptography", f"{5 * one_time_codes.CODE_LETTERS} random bits each"),
        ("Keys and cryptography", f"a salt of {8 * one_time_codes.SALT_BYTES} random bits"),
        ("Keys and cryptography", f"challenges of {8 * ceremonies.CHALLENGE_BYTES} random bits"),
        ("Tries", f"check codes of one guardianship | {check_codes.MOST_WRONG} wrong ones in a day"),
        ("Keys and cryptography", f"of which {5 * codes.CHECK_LETTERS} bits are shown"),
        ("Tries", f"a desk slip's secret | {invitations.MOST_WRONG} times"),
        ("Ways in", f"within {invitations.LETTER_LASTS.days} days"),
        ("Keys and cryptography", f"{5 * codes.TOKEN_LETTERS} random bits, of which SHA-256 is kept"),
        ("Keys and cryptography", f"{5 * codes.SECRET_LETTERS} random bits, argon2id"),
        ("Ways in", f"{'ten' if minutes(presence.AWAY) == 10 else '?'} minutes | its PIN"),
        ("Ways in", f"at most {'five' if minutes(second_factors.FRESH) == 5 else '?'} minutes ago"),
        ("What is checked of what is typed", f"1 to {checked.NAME_LETTERS} letters"),
        ("What is checked of what is typed", f"{passphrase_rules.AT_LEAST} to"),
        ("What is checked of what is typed", f"to {passphrase_rules.AT_MOST} letters of any kind"),
        ("What is checked of what is typed", f"{'six' if devices.PIN_DIGITS == 6 else '?'} digits"),
        ("What is checked of what is typed", f"1 to {REASON_LETTERS} letters"),
        ("What is checked of what is typed", f"up to {ADDRESS_LETTERS} letters"),
    ],
)
def test_a_figure_on_the_page_is_the_programs(heading: str, said: str) -> None:
    assert said in section(heading)


def test_the_sample_for_nginx_takes_no_other_ciphers_and_versions() -> None:
    sample = (ROOT / "docs/operations/nginx.conf").read_text("utf-8")

    assert f"ssl_ciphers {CIPHERS};" in sample
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in sample
