"""Cooperatives, their officers and groups, and what they send to their members."""
