"""What film time is counted in. By itself, so that whoever only reads times loads no decoder."""

#: Film time is counted in ticks of 1/90 000 s, the clock of RTP video.
TICKS_PER_SECOND = 90_000
