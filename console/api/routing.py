"""The one table: every route of the API."""

from __future__ import annotations

from console.api import (
    campaign_forming,
    campaigns,
    cases,
    cohorts,
    content,
    conversation,
    credentials,
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
    *campaign_forming.ROUTES,
    *notices.ROUTES,
    *conversation.ROUTES,
    *cases.ROUTES,
    *credentials.ROUTES,
    *results.ROUTES,
    *surveys.ROUTES,
    *content.ROUTES,
    *webhooks.ROUTES,
]
