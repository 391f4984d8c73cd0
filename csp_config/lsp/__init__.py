"""The language server: the diagnostics of `validate` while one types, and what an editor asks besides."""
