"""The table of sources. A new system is one module and one line here."""

from . import aws, company, github, postgres, postgres_files, scans, terraform
from .base import Source

SOURCES: tuple[Source, ...] = (
    company.SOURCE,
    aws.SOURCE,
    github.SOURCE,
    postgres.SOURCE,
    postgres_files.SOURCE,
    terraform.SOURCE,
    scans.SOURCE,
)
