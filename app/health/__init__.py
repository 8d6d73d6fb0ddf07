"""Whether the installation is well: one small check per thing, each with its remedy.

A check looks at the machine or the records and says what it found as values
(:mod:`app.health.finding`). It changes nothing, and nothing is decided by what it
says: rights do not depend on it. `./portal doctor` prints the findings, the staff's
health page shows those that are theirs (:mod:`app.health.checks`).
"""
