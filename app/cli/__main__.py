"""``python -m app.cli``; people type ``./portal``."""

from app.cli import main

main(prog_name="./portal")
