"""The command line, as people use it: `python -m orasi`."""
