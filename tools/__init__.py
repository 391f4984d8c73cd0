"""What `make` runs besides the product: makers of data files, locks, Pythons of this machine, shifted clocks."""
