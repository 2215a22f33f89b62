"""What goes out by plan: the list, the calendar, how one stands, and what came of it."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.cooperating.roles import Right
from bot.delivering.campaigns import Campaign, Kind, Spent, State
from bot.delivering.hours import zone_of
from bot.delivering.looking import looks
from bot.delivering.planning import ENDED, Act
from bot.delivering.timing import dates
from bot.messages import Refusal
from console import campaign_progress
from console import campaign_telling as telling
from console.asked import Asked
from console.conversation import marked
from console.entering import page
from store import campaign_results, campaigns, holding, progressing
from store.campaign_results import CHAT, Gone, Results
from store.database import Connection
from store.launching import OPEN

BASE = "/console/campaigns"
KINDS = (Kind.ONCE, Kind.RECURRING, Kind.DRIP, Kind.EVENT)
TRAYS = {"open": OPEN, "ended": (State.FINISHED, State.CANCELLED)}
SIGNS = {
    State.DRAFT: "", State.WAITING: "warn", State.RUNNING: "good", State.PAUSED: "warn", State.FINISHED: "info",
    State.CANCELLED: "bad",
}  # fmt: skip
_MOST = 50
_LARGE = 2_000  # messages of a campaign whose results are kept for some minutes
_REASONS = frozenset(each.value for each in Refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One campaign on one day of the calendar."""

    campaign: Campaign
    said: str  # how many had it, or how it stands
    kind: str = ""


# --- list ---


async def listed(asked: Asked) -> web.Response:
    """Those that are under way, or those that have ended."""
    which = asked.query.text("tray", 10)
    which = which if which in TRAYS else "open"
    after = key_of(asked.query.text("after", 120))

    def work(conn: Connection) -> tuple[list[Campaign], Mapping[str, str]]:
        found = campaigns.listed(conn, asked.scope, TRAYS[which], _MOST + 1, kinds=KINDS, after=after)
        return found, telling.names(conn, asked.scope, found)

    found, called = await asked.look(work)
    last = found[_MOST - 1] if len(found) > _MOST else None
    more = {"tray": which, "after": f"{last.created_at.isoformat()}~{last.id}"} if last else {}
    return asked.show(
        "campaigns/list.html.j2",
        which=which,
        campaigns=[(each, telling.when(asked, each, called), SIGNS[each.state]) for each in found[:_MOST]],
        next=f"{BASE}?{urlencode(more)}" if more else "",
        first=f"{BASE}?tray={which}" if after else "",
    )


def key_of(written: str) -> tuple[datetime, str] | None:
    """Where a list goes on: when its last one was made, and its id; None where it begins."""
    at, _, id = written.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, id) if moment.tzinfo else None


# --- calendar ---


async def calendar(asked: Asked) -> web.Response:
    """A month: what went out, and what goes out."""
    today = asked.now.astimezone(asked.zone).date()
    first = _month(asked.query.text("month", 10)) or today.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])

    def work(conn: Connection) -> tuple[list[Gone], list[tuple[Campaign, tuple[str, ...]]]]:
        return campaign_results.gone(conn, asked.scope, first, last), campaign_results.expected(conn, asked.scope)

    past, coming = await asked.look(work)
    days = _days(asked, past, coming, first, last, today)
    begin = first - timedelta(days=first.weekday())
    weeks = [begin + timedelta(days=7 * each) for each in range(((last - begin).days // 7) + 1)]
    return asked.show(
        "campaigns/calendar.html.j2",
        title=asked.t("campaigns.month_of", month=asked.t(f"campaigns.month.{first.month}"), year=first.year),
        weeks=[[day for after in range(7) if (day := week + timedelta(days=after))] for week in weeks],
        days=days,
        today=today,
        before=_path(first - timedelta(days=1)) if first.year > 2000 else "",
        after=_path(last + timedelta(days=1)) if last.year < 2100 else "",
        events=[(each, telling.event(asked, each)) for each, _ in coming if each.kind is Kind.EVENT],
        day_names=[asked.t(f"campaigns.day.{each}") for each in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")],
    )


def _days(
    asked: Asked,
    past: Sequence[Gone],
    coming: Sequence[tuple[Campaign, tuple[str, ...]]],
    first: date,
    last: date,
    today: date,
) -> Mapping[date, list[Entry]]:
    days: defaultdict[date, list[Entry]] = defaultdict(list)
    told = set()
    for each in past:
        told.add((each.campaign.id, each.on))
        key = each.state if each.state in ("planned", "skipped", "cancelled") else "spread"
        said = asked.t(f"campaigns.calendar.{key}", n=each.people)
        days[each.on].append(Entry(campaign=each.campaign, said=said, kind="good" if key == "spread" else ""))
    for campaign, cohort in coming:
        for day in dates(campaign, max(first, today), last, cohort):
            if (campaign.id, day) not in told:
                said = asked.t(f"campaigns.state.{campaign.state}")
                days[day].append(Entry(campaign=campaign, said=said, kind=SIGNS[campaign.state]))
    return days


def _month(written: str) -> date | None:
    year, _, month = written.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and month.isascii() and month.isdigit()):
        return None
    return date(int(year), int(month), 1) if 2000 <= int(year) <= 2100 and 1 <= int(month) <= 12 else None


def _path(day: date) -> str:
    return f"{BASE}/calendar?month={day:%Y-%m}"


# --- one ---


async def one(asked: Asked) -> web.Response:
    """How one stands, and what can be done with it."""
    held = await found(asked)

    def work(conn: Connection) -> tuple[Mapping[str, str], list[Act], Spent, tuple[str, ...]]:
        return (
            telling.names(conn, asked.scope, [held]),
            campaigns.acts(conn, asked.scope, held.id),
            progressing.spent(conn, asked.scope, held.id, asked.now),
            campaigns.authors(conn, asked.scope, held.id),
        )

    called, acts, spent, authors = await asked.look(work)
    stands = bool(acts) and (acts[-1].act, acts[-1].version) == (holding.HELD, held.version)
    return asked.show(
        "campaigns/one.html.j2",
        **await progress_of(asked, held),
        when=telling.when(asked, held, called),
        whom=telling.whom(asked, held.audience, called),
        on_behalf=called.get(f"cooperative:{held.cooperative}", held.cooperative),
        acts=[(each, telling.act(asked, each, {})) for each in acts],
        spent=spent,
        stands=stands and held.state is State.RUNNING,
        mine=asked.person.login in authors,
        looks=phones(asked, held, called),
    )


async def progress(asked: Asked) -> web.Response:
    """The part of the page that changes while it goes out."""
    held = await found(asked)
    return asked.part("campaigns/one.html.j2", "progress", **await progress_of(asked, held))


async def progress_of(asked: Asked, held: Campaign) -> dict[str, Any]:
    """What the progress part of a page shows."""
    how = await campaign_progress.progress(asked, held)
    missed = await asked.look(lambda conn: holding.missed(conn, asked.scope, held.id))
    return {
        "one": held,
        "sign": SIGNS[held.state],
        "ended": held.state in ENDED,
        "how": how,
        "missed": [(asked.t(f"campaigns.miss.{name}"), n) for name, n in missed.items()],
        "zone": zone_of(held.schedule.zone, asked.office.policy().country),
    }


def phones(asked: Asked, held: Campaign, called: Mapping[str, str]) -> list[dict[str, object]]:
    """Every text of it on a basic phone and on Telegram, for somebody with a usual name."""
    cooperative = next(iter(held.audience.cooperatives), held.cooperative)
    course = next(iter(held.audience.courses), "")
    known = asked.office.catalogue().courses.get(course)
    example = {
        "name": asked.t("campaigns.example_name"),
        "cooperative": called.get(f"cooperative:{cooperative}", "") or asked.t("campaigns.example_cooperative"),
        "course": known.title(asked.language) if known else asked.t("campaigns.example_course"),
    }
    return [
        {"look": each, "marked": [marked(part, each) for part in each.parts], "many": len(held.texts) > 1}
        for each in looks(held, example)
    ]


async def results(asked: Asked) -> web.Response:
    """What came of it: delivered, answered, left, by variant, network and reason."""
    held = await found(asked)
    got, at = await _results(asked, held)
    return asked.show(
        "campaigns/results.html.j2",
        one=held,
        got=got,
        counted_at=at,
        variants=[(asked.t("campaigns.variant", n=number + 1), share) for number, share in got.by_variant.items()],
        operators=[(operator(asked, name), share) for name, share in got.by_operator.items()],
        reasons=_reasons(asked, got),
    )


async def _results(asked: Asked, held: Campaign) -> tuple[Results, datetime]:
    """What was counted lately of a large campaign, else what is counted now."""
    fresh = timedelta(hours=6) if held.state in ENDED else timedelta(minutes=10)
    known = await asked.look(lambda conn: campaign_results.kept(conn, asked.scope, held.id, asked.now))
    if known and asked.now - known[1] <= fresh and not asked.query.ticked("anew"):
        return known
    got = await asked.look(lambda conn: campaign_results.results(conn, asked.scope, held.id))
    if got.total.messages > _LARGE:
        await asked.do(lambda conn: campaign_results.keep(conn, asked.scope, held.id, got, asked.now))
    return got, asked.now


def operator(asked: Asked, name: str) -> str:
    """A mobile network by its name."""
    if name == CHAT:
        return "Telegram"
    return name.title() or asked.t("campaigns.operator_unknown")


def _reasons(asked: Asked, got: Results) -> list[tuple[str, int]]:
    def said(name: str) -> str:
        return asked.t(f"campaigns.reason.{name}") if name in _REASONS else asked.t("campaigns.reason.code", code=name)

    return [(said(name) if name else asked.t("campaigns.reason.none"), n) for name, n in got.reasons.items()]


async def found(asked: Asked, kinds: Sequence[Kind] = KINDS) -> Campaign:
    """The campaign of the page's path. Raises NotThere."""
    id = asked.request.match_info["id"][:200]
    held = await asked.look(lambda conn: campaigns.get(conn, asked.scope, id))
    if held is None or held.kind not in kinds:
        raise asked.missing()
    return held


PAGES = [
    page("GET", "/campaigns", Right.SEE_PLANS, listed),
    page("GET", "/campaigns/calendar", Right.SEE_PLANS, calendar),
    page("GET", "/campaigns/{id}", Right.SEE_PLANS, one),
    page("GET", "/campaigns/{id}/progress", Right.SEE_PLANS, progress),
    page("GET", "/campaigns/{id}/results", Right.SEE_PLANS, results),
]
