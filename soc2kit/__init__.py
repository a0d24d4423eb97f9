"""soc2kit: raw evidence in, tests of controls over whole populations, notebooks out."""

__version__ = "0.1.0"
