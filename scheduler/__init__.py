"""The clock knocks: a handful of interval jobs that say "look again"."""
