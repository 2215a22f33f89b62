"""Money is written with two places, and a half is rounded up wherever it is written."""

from __future__ import annotations

from decimal import Decimal

from cli.campaign_showing import money
from cli.reporting import written_amount


def test_half_a_cent_is_a_cent() -> None:
    assert money(Decimal("0.125"), "USD") == "0.13 USD"
    assert money(Decimal("0.1249"), "USD") == "0.12 USD"
    assert written_amount(Decimal("0.125")) == "0.13"
    assert written_amount(None) is None
