"""The operator knocks: the command line, the settings, and the wiring of everything."""
