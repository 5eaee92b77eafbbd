"""The command line for people, and the embedded cluster behind it."""
