"""Databases that belong to whoever runs the server for the company, and not to the company."""

from __future__ import annotations

#: Databases of the companies that run PostgreSQL for others; their customers may not connect, or hold nothing there.
PROVIDERS_OWN = frozenset({"azure_maintenance", "azure_sys", "cloudsqladmin", "rdsadmin"})
