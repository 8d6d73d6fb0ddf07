"""Frames, encoders, segments. Knows no people, no database and no HTTP."""
