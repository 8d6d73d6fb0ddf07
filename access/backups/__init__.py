"""Backups that only somebody else can open, and how one is put back without opening what was ended since."""
