"""What a page of the access log says, taken out of its markup."""

import html
import re

from tests.browser import Browser

ENGLISH = {"Accept_Language": "en-GB"}
CHINESE = {"Accept_Language": "zh-CN"}
ACCOUNTS = "/oversight?of=accounts"


def kinds_on(page: bytes) -> list[str]:
    """Return the kinds of the entries, newest first."""
    return re.findall(r'data-kind="([^"]+)"', page.decode())


def sentences_on(page: bytes) -> list[str]:
    """Return what the entries say, newest first, without their markup."""
    found = re.findall(r'<div class="entry-what">\s*<p>(.*?)</p>', page.decode(), re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", sentence)) for sentence in found]


def option(browser: Browser, name: str, page: str = "/oversight") -> str:
    """Return the filter value whose words contain *name*."""
    body = browser.get(page).body.decode()
    found = next(key for key, words in re.findall(r'value="([^"]+)"[^>]*>([^<]*)<', body) if name in words)
    return str(found)
