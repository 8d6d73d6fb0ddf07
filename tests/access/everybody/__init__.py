"""Everybody watches, and an act ends the viewings that it is about."""
