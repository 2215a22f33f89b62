"""The turn: what a learner hears next, from what she wrote and what we know."""
