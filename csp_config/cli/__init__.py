"""The command line: options in, report out, exit code. The one room that prints, asks and reads clocks."""
