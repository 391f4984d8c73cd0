"""What `make` runs besides the product: makers of data files, Pythons of this machine, shifted clocks."""
