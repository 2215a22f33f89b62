"""A campaign before it starts and in its words: names that fall away, fallbacks, budgets, forms and previews."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Schedule, Spent
from bot.delivering.doubting import past
from bot.delivering.filling import chosen, filled, first_name, unknown_places
from bot.delivering.forming import Entry, formed, id_for, lacks
from bot.delivering.planning import NOW
from bot.delivering.previewing import Preview, Reach, Someone, preview, why_second
from bot.delivering.spending import after, by_sms, estimated, lacking, price_of
from bot.messages import Address, Content
from bot.occasion import Occasion
from bot.people import Learner
from bot.record import Policy
from tests.changing import replace

MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)  # 10:00 in Lima
TODAY = date(2026, 3, 2)
ROSA = Learner(id="rosa", name="Rosa Quispe", language="es", country="PE", created_at=MONDAY)


def campaign(**more: object) -> Campaign:
    given: dict[str, object] = {"kind": Kind.ONCE, "texts": ({"es": "Hola {name}, riegue."},), **more}
    return Campaign(id="c", name="Riego", created_at=MONDAY, **given)  # type: ignore[arg-type]


def previewed(made: Campaign, *reached: Reach, price: str | None = "0.05", **more: object) -> Preview:
    people = [Someone(learner=ROSA, address=Address.parse("tel:+51900000001"))]
    cost = None if price is None else Decimal(price)
    return preview(made, reached, {}, people, Policy(), MONDAY, price=cost, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "without", "with_her"),
    [
        ("Hola {name}, mañana hay poda.", "Hola, mañana hay poda.", "Hola Rosa, mañana hay poda."),
        ("{name}, mañana hay poda.", "Mañana hay poda.", "Rosa, mañana hay poda."),
        ("¿{name}, podó sus plantas?", "¿Podó sus plantas?", "¿Rosa, podó sus plantas?"),
        ("¡Hola, {name}! Riegue.", "¡Hola! Riegue.", "¡Hola, Rosa! Riegue."),
        ("Ya es hora. {name}: riegue.", "Ya es hora. Riegue.", "Ya es hora. Rosa: riegue."),
        ("Gracias ({name}) por venir.", "Gracias por venir.", "Gracias (Rosa) por venir."),
        ("Llame al {telefono}, {name}.", "Llame al {telefono}.", "Llame al {telefono}, Rosa."),
    ],
)
def test_it_drops_a_name_that_is_not_known_with_its_comma(template: str, without: str, with_her: str) -> None:
    assert filled(template, name="", cooperative="", course="") == without
    assert filled(template, name="Rosa", cooperative="", course="") == with_her


def test_braces_in_a_name_are_only_letters() -> None:
    assert filled("Hola {name}", name="{course}", cooperative="", course="Vivero") == "Hola {course}"


def test_she_is_called_by_her_first_name() -> None:
    assert (first_name("Rosa Quispe Mamani"), first_name("")) == ("Rosa", "")


@pytest.mark.parametrize(
    ("language", "has", "read"),
    [("qu", ("en", "es"), "es"), ("rw", ("es", "en"), "en"), ("fr", ("es",), "es"), ("es", ("es", "en"), "es")],
)
def test_a_language_without_a_text_reads_what_its_neighbours_read(
    language: str, has: tuple[str, ...], read: str
) -> None:
    assert chosen({each: f"in {each}" for each in has}, language, ("es", "en")) == (read, f"in {read}")


def test_a_message_costs_its_segments_and_a_chat_nothing() -> None:
    prices = {"twilio:+1": Decimal("0.05"), "android:a": Decimal("0.01")}
    text = Content(text="a" * 161)
    assert estimated(text, Address.parse("tel:+51900000001"), "twilio:+1", prices) == (2, 100_000)
    assert estimated(text, Address.parse("telegram:7"), "telegram:7", prices) == (0, 0)
    assert estimated(text, Address.parse("simulator:chat:+51900000001"), "simulator:chat", prices) == (0, 0)
    assert by_sms(Address.parse("simulator:sms:+51900000001"))
    assert price_of(prices, "") == Decimal("0.05")  # who carries it is not known: the dearest


def test_a_budget_holds_to_the_last_cent_and_never_what_is_free() -> None:
    made = campaign(budget=Decimal("0.10"), budget_a_day=Decimal("0.05"))
    assert lacking(made, Spent(), 50_000) == ""
    assert lacking(made, Spent(money=Decimal("0.05"), today=Decimal("0.05")), 50_000) == "today"
    assert lacking(made, Spent(money=Decimal("0.10"), today=Decimal("0.05")), 50_000) == "all"
    assert lacking(made, Spent(money=Decimal("9")), 0) == ""


def test_turns_of_one_batch_see_each_others_money() -> None:
    occasion = after(Occasion(campaign=campaign(), money=Spent(money=Decimal(1))), {"c": 250_000, "other": 9})
    assert occasion.money is not None
    assert (occasion.money.money, occasion.money.today) == (Decimal("1.25"), Decimal("0.25"))


def test_it_reads_a_form_and_places_every_fault() -> None:
    written = [
        Entry(key="every", value="lun, Jueves", where="--every"),
        Entry(key="hour", value="9", where="--hour"),
        Entry(key="to.age", value="18-30", where="--to age"),
        Entry(key="to.sex", value="F", where="--to sex"),
        Entry(key="text.es", value="Uno", where="--text es"),
        Entry(key="text.es", value="Dos", where="--text es", variant=1),
        Entry(key="budget", value="12,50", where="--budget"),
    ]
    made, faults = formed(campaign(texts=()), written, TODAY)
    assert (faults, lacks(made)) == ([], [])
    assert (made.kind, made.schedule.days, made.schedule.hour) == (Kind.RECURRING, ("mon", "thu"), "09:00")
    assert made.audience == Audience(ages=(18, 30), sexes=("f",))
    assert made.texts == ({"es": "Uno"}, {"es": "Dos"})
    assert made.budget == Decimal("12.50")


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("once", "32 de marzo", "date"),
        ("every", "mon,someday", "days"),
        ("hour", "24:00", "hour"),
        ("hour", "6pm", "hour"),
        ("budget", "-5", "money"),
        ("budget", "NaN", "money"),
        ("budget", "1e999", "money"),
        ("event", "birthday+1", "event"),
        ("event", "session:x-1", "event"),
        ("zone", "Peru/Lima", "zone"),
        ("zone", "../../etc/passwd", "zone"),
        ("to.age", "30-18", "ages"),
        ("to.silent", "two", "number"),
        ("to.sex", "woman", "one_of"),
        ("to.progress", "half", "one_of"),
        ("to.colour", "red", "filter"),
        ("text.xx", "Hola", "language"),
        ("text.es", "  ", "empty"),
        ("colour", "red", "key"),
    ],
)
def test_it_refuses_a_value_that_it_cannot_read(key: str, value: str, fault: str) -> None:
    _, faults = formed(campaign(), [Entry(key=key, value=value, where="form.toml:3")], TODAY)
    assert [(each.where, each.name) for each in faults] == [("form.toml:3", fault)]


def test_two_ways_of_saying_when_are_refused() -> None:
    both = [Entry(key="once", value="today", where="a"), Entry(key="every", value="mon", where="b")]
    assert [each.name for each in formed(campaign(), both, TODAY)[1]] == ["two_times"]


def test_an_edit_changes_only_what_is_written() -> None:
    held = campaign(audience=Audience(sexes=("f",)), budget=Decimal(5), texts=({"es": "Uno", "en": "One"},))
    changed, _ = formed(held, [Entry(key="text.es", value="Dos", where="")], TODAY)
    assert changed == replace(held, texts=({"es": "Dos", "en": "One"},))


def test_the_same_thing_asked_for_twice_has_one_id() -> None:
    assert id_for(campaign(), TODAY) == id_for(campaign(), TODAY)
    assert id_for(campaign(), TODAY).startswith("riego-")
    assert id_for(campaign(texts=({"es": "Otra cosa"},)), TODAY) != id_for(campaign(), TODAY)


def test_a_preview_counts_segments_and_money_by_operator() -> None:
    found = previewed(
        campaign(texts=({"es": "a" * 161},)),
        Reach(people=100, language="es", operator="claro"),
        Reach(people=10, language="es", operator="entel"),
        Reach(people=40, language="es", chat=True),
    )
    assert (found.people, found.by_chat, found.segments, found.money) == (150, 40, 220, Decimal("11.00"))
    assert {name: (each.people, each.segments, each.money) for name, each in found.costs.items()} == {
        "claro": (100, 200, Decimal("10.00")),
        "entel": (10, 20, Decimal("1.00")),
    }
    assert found.takes == timedelta(seconds=220)


def test_a_preview_shows_the_message_and_the_local_time() -> None:
    made = campaign(schedule=Schedule(on=TODAY, hour="18:00"))
    shown = previewed(made, Reach(people=1, language="es")).sample[0]
    assert (shown.text, shown.segments, shown.where) == ("Hola Rosa, riegue.", 1, "tel:…01")
    assert shown.at is not None
    assert shown.at.isoformat() == "2026-03-02T18:00:00-05:00"


def test_a_preview_moves_the_night_into_waking_hours_and_says_so() -> None:
    found = previewed(campaign(schedule=Schedule(on=TODAY, hour="23:00")), Reach(people=1, language="es"))
    assert found.sample[0].at is not None
    assert found.sample[0].at.isoformat() == "2026-03-03T07:00:00-05:00"
    assert "night" in {each.name for each in found.doubts}


def test_a_preview_names_the_letter_that_makes_it_dear_and_the_cheaper_wording() -> None:
    made = campaign(texts=({"es": "Mañana hay poda 🌱. " + "Traiga tijera. " * 4},))
    dear = previewed(made, Reach(people=1, language="es")).dear[0]
    assert (dear.characters, dear.segments, dear.cheaper_segments) == (("🌱",), 2, 1)
    assert dear.cheaper.startswith("Mañana hay poda. Traiga")


def test_a_cheaper_wording_keeps_the_accents_that_sms_folds_by_itself() -> None:
    text = "Mañana después del café: podará 🌱. " + "Traiga su tijera. " * 4
    kept = previewed(campaign(texts=({"es": text},)), Reach(people=1, language="es")).dear[0]
    assert kept.cheaper.startswith("Mañana después del café: podará. Traiga")
    taught = previewed(campaign(texts=({"es": text},), policy="exact"), Reach(people=1, language="es")).dear[0]
    assert taught.cheaper.startswith("Mañana después del café: podara. Traiga")


@pytest.mark.parametrize("place", ["name", "nombre", "Nombre", "nom", "izina"])
def test_a_place_may_be_called_in_the_words_of_who_writes(place: str) -> None:
    text = f"Hola {{{place}}}, ¿ya podó?"
    assert filled(text, name="Rosa", cooperative="", course="") == "Hola Rosa, ¿ya podó?"
    assert filled(text, name="", cooperative="", course="") == "Hola, ¿ya podó?"
    assert unknown_places(text) == ()


@pytest.mark.parametrize(
    ("changes", "more", "doubt"),
    [
        ({"schedule": Schedule(on=date(2026, 3, 1), hour="08:00")}, {}, "past"),
        ({"kind": Kind.RECURRING, "schedule": Schedule(days=("mon",))}, {}, "endless"),
        ({"texts": ({"en": "Water."},)}, {}, "no_text"),
        ({"texts": ({"es": "¿Ya regó? Responda SI."},)}, {"one_way": True}, "one_way"),
        ({"texts": ({"es": "a" * 400},)}, {}, "long"),
        ({"texts": ({"es": "Hola {nonbre}"},)}, {}, "place"),
        ({"budget": Decimal("0.01")}, {}, "over"),
        ({"budget": Decimal(5)}, {"price": None}, "no_price"),
        ({"audience": Audience(never_heard=True)}, {"stops": ("BAJA",)}, "no_stop"),
        ({}, {"rate": 0.00001}, "slow"),
    ],
)
def test_a_preview_doubts_what_looks_wrong(changes: dict[str, object], more: dict[str, object], doubt: str) -> None:
    found = previewed(campaign(**changes), Reach(people=1, language="es"), **more)  # type: ignore[arg-type]
    assert doubt in {each.name for each in found.doubts}


def test_a_plain_campaign_leaves_no_doubt() -> None:
    assert previewed(campaign(schedule=Schedule(on=TODAY, hour=NOW)), Reach(people=1, language="es")).doubts == ()


def test_what_is_late_by_an_hour_is_not_past() -> None:
    assert past(campaign(schedule=Schedule(on=TODAY, hour="09:00")), MONDAY) is None
    over = campaign(kind=Kind.RECURRING, schedule=Schedule(days=("sun",), ends_on=date(2026, 3, 6)))
    assert past(over, MONDAY) == date(2026, 3, 6)


def test_a_second_person_is_needed_for_many_or_for_much() -> None:
    assert why_second(1000, Decimal(20), Decimal(20)) == ()
    assert why_second(1001, Decimal(0), Decimal(20)) == ("people",)
    assert why_second(1, Decimal("20.01"), Decimal(20)) == ("money",)
