"""Frames by where they come from; each module has one tuple, `SPECS`."""
