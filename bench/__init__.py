"""How fast: the floor, the peers and ours, measured in turn in one run. `python -m bench`, or `make bench`."""
