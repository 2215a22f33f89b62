"""What to say and decide: the nouns and every decision, pure."""
