"""Quick tests first: a broken rule shows before the first camera starts."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move what needs a camera, a browser or a running portal to the end, in its order."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
