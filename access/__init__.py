"""People, rooms, time, rights and the log. Knows nothing of HTTP and nothing of video."""
