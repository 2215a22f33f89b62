"""Understand what a learner wrote: which option, which command, yes or no."""

from bot.talking.understanding.folding import fold
from bot.talking.understanding.interpreting import command, interpret, yes_or_no
from bot.talking.understanding.reading import Reading

__all__ = ["Reading", "command", "fold", "interpret", "yes_or_no"]
