"""Credentials as files: signed, listed, and drawn on paper."""
