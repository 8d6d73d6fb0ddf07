"""A plausible month of a kindergarten, the same each time: its families, and what its log says of them."""
