"""Certification: standards, what they ask, and how it is decided whether a person meets them."""
