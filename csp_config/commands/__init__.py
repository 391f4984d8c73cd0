"""What each command does, as plain functions: values and paths in, values out; no click, no printing."""
