"""A school that does not exist: a rendered playroom, its camera, and its people."""
