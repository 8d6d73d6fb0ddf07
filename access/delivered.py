"""What went out under a viewing, as it is counted and recorded."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Delivered:
    """What went out under one viewing, per rendition."""

    milliseconds: dict[str, int] = field(default_factory=dict)
    #: rendition → epoch → first and last ``k``.
    ranges: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)

    def count(self, rendition: str, k: int, seconds: float, epoch: int) -> None:
        """Add one segment."""
        before = self.milliseconds.get(rendition, 0)
        self.milliseconds[rendition] = before + round(seconds * 1000)
        epochs = self.ranges.setdefault(rendition, {})
        first, last = epochs.get(epoch, (k, k))
        epochs[epoch] = min(first, k), max(last, k)

    def as_record(self) -> dict[str, Any]:
        """Return it as it stands in the viewing's row and in its closing entry."""
        return {
            rendition: {
                "milliseconds": milliseconds,
                "epochs": {str(epoch): list(ks) for epoch, ks in sorted(self.ranges[rendition].items())},
            }
            for rendition, milliseconds in sorted(self.milliseconds.items())
        }
