"""What a notice costs, whom it reaches, and when it may not go out: decided without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.cooperating import notices
from bot.cooperating.organisations import Cooperative, Office, Officer
from bot.delivering.campaigns import Kind, State
from bot.record import Policy
from tests.changing import replace

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
POLICY = Policy(prices={"a": Decimal("0.05"), "b": Decimal("0.02")})


def office(**more: object) -> Office:
    given: dict[str, object] = {
        "officer": Officer(id="elsa", cooperative="norte", name="Elsa"),
        "cooperative": Cooperative(id="norte", name="Norte", country="PE"),
        "members": 10,
        "others": 9,
        "by_sms": 7,
        "by_sender": {"a": 4, "b": 2, "": 1},
    }
    return Office(**{**given, **more})  # type: ignore[arg-type]


def why(held: Office, text: str = "Asamblea el domingo", *, now: datetime = NOW, urgent: bool = False) -> str:
    found = notices.refused(held, text, now, POLICY, urgent=urgent)
    return found.sentence if found else ""


def test_it_costs_segments_times_the_price_of_each_sender_and_the_dearest_where_none_is_known() -> None:
    one = notices.proposed(office(), "Asamblea el domingo", POLICY)
    assert (one.reached, one.by_sms, one.segments, one.money) == (10, 7, 7, Decimal("0.29"))
    two = notices.proposed(office(), "a" * 200, POLICY)
    assert (two.segments, two.money) == (14, Decimal("0.58"))
    assert notices.proposed(office(), "Asamblea", Policy()).money is None
    assert notices.proposed(office(by_sms=0, by_sender={}), "Asamblea", Policy()).money == 0


def test_the_digest_is_of_this_text_to_these_people() -> None:
    one = notices.digest("norte", "Norte: Asamblea", urgent=False)
    assert one == notices.digest("norte", "Norte: Asamblea", urgent=False)
    assert one != notices.digest("sur", "Norte: Asamblea", urgent=False)
    assert one != notices.digest("norte", "Norte: Asamblea.", urgent=False)
    assert one != notices.digest("norte", "Norte: Asamblea", urgent=True)


@pytest.mark.parametrize(
    ("text", "too_many"),
    [
        ("a" * 299, 0),
        ("a" * 300, 1),
        ("a" * 399, 100),
        ("ñandú " * 49, 0),
        ("á" * 299, 0),
        ("😀" * 67, 7),
        ("😀" * 63, 0),
    ],
)
def test_what_is_longer_than_two_sms_says_by_how_much(text: str, too_many: int) -> None:
    assert notices.too_long(office(), text) == too_many


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Asamblea el domingo a las 9", "ASAMBLEA el domingo a las 9!!", True),
        ("Reunión de socios mañana", "reunion de socios manana", True),
        ("Asamblea el domingo", "Asambela el domingo", True),
        ("Asamblea el domingo", "El domingo, asamblea", True),
        ("Asamblea el domingo a las 9", "Asamblea el domingo a las 10", False),
        ("Asamblea el lunes", "Asamblea el martes", False),
        ("Asamblea el domingo", "Asamblea el domingo, traer la libreta", False),
        ("Precio 420 soles", "Precio 425 soles", False),
        ("Se compra café", "Se compra cacao", False),
    ],
)
def test_the_same_is_known_again_and_a_correction_is_not(one: str, other: str, same: bool) -> None:
    assert notices.same(one, other) is same
    assert notices.same(other, one) is same


def test_the_same_may_go_out_again_after_a_day() -> None:
    sent = office(recent=((NOW, "Norte: Asamblea el domingo", False),))
    assert why(sent, now=NOW + timedelta(hours=23, minutes=59)) == "notice.again"
    assert why(sent, now=NOW + timedelta(hours=24)) == ""
    assert why(sent, "Se compra café", now=NOW + timedelta(hours=1, minutes=59)) == "notice.apart"
    assert why(sent, "Se compra café", now=NOW + timedelta(hours=2)) == ""
    # An urgent one keeps no distance and makes none, but the same danger is not told twice.
    assert why(sent, "Helada", now=NOW, urgent=True) == ""
    warned = office(recent=((NOW, "Norte: Helada esta noche", True),))
    assert why(warned, now=NOW) == ""
    assert why(warned, "helada esta noche", now=NOW, urgent=True) == "notice.again"


def test_each_class_has_its_own_quota() -> None:
    assert why(office(sent_this_month=3)) == ""
    assert why(office(sent_this_month=4)) == "notice.quota"
    assert why(office(sent_this_month=4), urgent=True) == ""
    assert why(office(urgent_this_month=2)) == ""
    assert why(office(urgent_this_month=2), urgent=True) == "notice.quota.urgent"
    none = replace(office(), cooperative=Cooperative(id="norte", name="Norte", monthly_notices=0))
    assert why(none) == "notice.quota"


def test_the_month_is_that_of_the_calendar_where_the_cooperative_is() -> None:
    zone = notices.zone_for(office(), POLICY)
    last = datetime(2026, 4, 1, 4, 59, tzinfo=UTC)  # 23:59 on 31 March in Lima
    assert notices.month(last, zone)[1].strftime("%d/%m/%Y") == "01/04/2026"
    assert notices.month(last + timedelta(minutes=1), zone)[1].strftime("%d/%m/%Y") == "01/05/2026"
    assert notices.month(datetime(2026, 12, 31, 12, tzinfo=UTC), zone)[1].strftime("%d/%m/%Y") == "01/01/2027"


def test_many_people_or_much_money_need_a_second_person() -> None:
    def needs(held: Office, policy: Policy = POLICY) -> bool:
        return notices.needs_approval(notices.proposed(held, "Asamblea", policy), policy)

    assert not needs(office(members=1000))
    assert needs(office(members=1001))
    assert needs(office(), replace(POLICY, notice_money=Decimal("0.28")))
    assert not needs(office(), replace(POLICY, notice_money=Decimal("0.29")))
    waiting = notices.campaign(
        notices.proposed(office(members=1001), "Asamblea", POLICY),
        id="notice-norte-1",
        language="es",
        actor="Elsa",
        now=NOW,
        policy=POLICY,
    )
    assert (waiting.kind, waiting.state, waiting.started_at) == (Kind.NOTICE, State.WAITING, None)
    assert waiting.audience.cooperatives == ("norte",)
    assert waiting.texts == ({"es": "Norte: Asamblea"},)
