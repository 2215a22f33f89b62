"""How it travels: receiving, answering, sending, and one small file per channel."""
