"""The world knocks: the routes of providers, and the phone simulator."""
