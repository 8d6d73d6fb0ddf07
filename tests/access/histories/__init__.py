"""Random histories of a school, and a slow model of what follows from them."""
