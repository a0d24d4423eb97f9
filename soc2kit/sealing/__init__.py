"""Sealed packages: one archive that holds evidence, settings, results, reports and code, and its verification."""
