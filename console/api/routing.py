"""The one table: every route of the API."""

from __future__ import annotations

from console.api import cohorts, joining, learners
from console.api.table import Route

ROUTES: list[Route] = [
    *joining.ROUTES,
    *learners.ROUTES,
    *cohorts.ROUTES,
]
