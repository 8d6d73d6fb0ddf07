"""Which kinds of entries are never erased, whatever anybody decides. Pure."""

#: What a log is verified and its erasures are judged by, and what says who somebody is: never erased.
_KEPT_SUBJECTS = frozenset(
    {"log", "log_view", "backup", "restore", "checkpoint", "retention", "hold", "portal", "clock", "records"}
)
_KEPT = frozenset({"person:added", "school:added"})


def is_kept(kind: str) -> bool:
    """Say whether entries of *kind* are never erased, whatever anybody decides."""
    return kind in _KEPT or kind.partition(":")[0] in _KEPT_SUBJECTS
