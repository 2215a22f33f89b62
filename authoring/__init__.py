"""How it is written: content/ from disk into the shapes of bot/, checked and priced."""
