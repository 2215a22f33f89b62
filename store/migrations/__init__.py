"""How the tables came to be, step by step; `store.migrating` walks it."""
