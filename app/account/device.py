"""A few words that tell a person which of their devices this was. Pure.

The browser's whole description is a fingerprint and is not kept.
"""

#: In this order: what comes later also calls itself what comes earlier.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Return words such as ``Chrome, Android`` for what a browser says of itself."""
    known = [
        next((name for mark, name in names if mark in user_agent), None) for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in known if name) or "?"
