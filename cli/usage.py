"""What argparse cannot see: arguments that are missing together, or that do not belong together."""

from __future__ import annotations


class WrongUsage(ValueError):
    """The command was not written as it is meant; it ends with 2. Its text says how to write it."""
