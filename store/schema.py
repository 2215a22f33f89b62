"""All tables together, for whoever compares, migrates or empties them."""

from __future__ import annotations

from store import campaign_tables as campaign_tables
from store import case_tables as case_tables
from store import credential_tables as credential_tables
from store import organisation_tables as organisation_tables
from store.tables import metadata as metadata
