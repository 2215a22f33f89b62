"""The one table: every route of the API."""

from __future__ import annotations

from console.api import (
    campaigns,
    cohorts,
    content,
    conversation,
    joining,
    learners,
    notices,
    results,
    surveys,
    webhooks,
)
from console.api.table import Route

ROUTES: list[Route] = [
    *joining.ROUTES,
    *learners.ROUTES,
    *cohorts.ROUTES,
    *campaigns.ROUTES,
    *notices.ROUTES,
    *conversation.ROUTES,
    *results.ROUTES,
    *surveys.ROUTES,
    *content.ROUTES,
    *webhooks.ROUTES,
]
