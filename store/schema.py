"""All tables together, for whoever compares, migrates or empties them."""

from __future__ import annotations

from store import account_tables as account_tables
from store import api_tables as api_tables
from store import campaign_tables as campaign_tables
from store import case_tables as case_tables
from store import conversation_tables as conversation_tables
from store import credential_tables as credential_tables
from store import organisation_tables as organisation_tables
from store import people_tables as people_tables
from store import publishing_tables as publishing_tables
from store import survey_tables as survey_tables
from store.tables import metadata as metadata
