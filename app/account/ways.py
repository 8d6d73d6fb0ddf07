"""Where a page may lead back to: an address of this portal, as the browser will read it. Pure."""

START = "/"


def way_back(asked: str) -> str:
    """Return *asked* if it is a path of ours, else the start page.

    A path with a second slash, or with a backslash, is another host to a browser
    (WHATWG URL, "relative slash state"), and control characters are dropped unseen.
    """
    is_path = asked.startswith("/") and not asked.startswith("//")
    is_plain = asked.isprintable() and "\\" not in asked and " " not in asked
    return asked if is_path and is_plain else START
