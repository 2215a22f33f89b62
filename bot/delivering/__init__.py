"""How a text fits the road it travels: SMS segments, waking hours, guards."""
