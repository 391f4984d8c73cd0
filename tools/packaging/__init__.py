"""What hatchling runs while it builds the package; the two hooks are named in pyproject.toml."""
