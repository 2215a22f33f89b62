"""The house's figures for Prometheus: the database's truth for all machines, and what concerns this process alone."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, fields

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot.messages import masked
from messaging.tallying import BUCKETS
from store.errors import StoreError
from store.metrics import Measures

_LOOPBACK = ("127.0.0.1", "::1")
_LAGS = {
    "answer_lag": "Seconds from a message's coming in to its answer's being written",
    "send_lag": "Seconds from when a message might leave to when the provider had taken it",
}
_COUNTS = {
    "sends": "Messages that were tried to be sent, by sender and outcome",
    "segments": "Segments that a provider took, by sender",
    "receipts": "Receipts of providers, by sender and status",
    "errors": "What failed, by where and of which kind",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is seen at one moment. `seconds`: how long the database took to tell it."""

    measures: Measures
    seconds: float
    skew: float = 0.0


Look = Callable[[], Awaitable[Sight]]


def routes(
    look: Look, *, token: str = "", seen: Mapping[str, int] | None = None, build: Mapping[str, str] | None = None
) -> list[web.RouteDef]:
    """`GET /metrics`, to loopback or with `token` as a bearer. Nothing is labelled by a person, a number or a text.

    `seen` counts what this process has seen since it started and nobody shall make us write down, such as forgeries.
    """
    # Memory, CPU time and open files of this process, from /proc; none elsewhere than on Linux.
    process = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=process)

    async def metrics(request: web.Request) -> web.Response:
        if not may_read(request, token):
            raise web.HTTPForbidden(text="Metrics are for loopback, or with the token.\n")
        try:
            sight = await look()
        except StoreError:
            raise web.HTTPServiceUnavailable(text="The database is away.\n") from None
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Families(sight, seen or {}, build or {}))
        body = generate_latest(registry) + generate_latest(process)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return [web.get("/metrics", metrics)]


def may_read(request: web.Request, token: str) -> bool:
    """Whether this request may read figures."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(given.encode(errors="surrogateescape"), token.encode())
    # A proxy on this machine speaks from loopback for the whole world, and says so.
    return request.remote in _LOOPBACK and "X-Forwarded-For" not in request.headers


class _Families(Collector):
    def __init__(self, sight: Sight, seen: Mapping[str, int], build: Mapping[str, str]) -> None:
        self._sight, self._seen, self._build = sight, seen, build

    def collect(self) -> Iterator[Metric]:
        measures = self._sight.measures
        yield InfoMetricFamily("chasqui_build", "Which program this is", value=dict(self._build))
        yield from _standing(measures)
        yield from _by_sender(measures)
        yield from _by_plan(measures)
        yield _gauge("database_seconds", "Seconds that the database took to tell these figures", self._sight.seconds)
        yield _gauge("clock_skew_seconds", "How far this machine's clock is ahead of the database's", self._sight.skew)
        counted = {**measures.figures.counters, **self._seen}
        yield from _counted({name: n for name, n in counted.items() if name.startswith("metric:")})
        events = CounterMetricFamily("chasqui_events", "What somebody should look at now and then", labels=["event"])
        for event, n in sorted(counted.items()):
            if not event.startswith("metric:"):
                events.add_metric([event], n)
        yield events


def _standing(measures: Measures) -> Iterator[Metric]:
    for each in fields(measures.figures):
        if each.name != "counters":
            name = f"{each.name}{'_seconds' if each.name.endswith('oldest') else ''}"
            yield _gauge(name, f"{each.name.replace('_', ' ')}, now", getattr(measures.figures, each.name))
    yield _gauge("recovering", "1 while a restored database waits for a person's release", float(measures.recovering))


def _by_sender(measures: Measures) -> Iterator[Metric]:
    queued = GaugeMetricFamily("chasqui_outbox_queued", "Messages that wait at a sender", labels=["sender", "unasked"])
    oldest = GaugeMetricFamily(
        "chasqui_outbox_queued_oldest_seconds",
        "How long the oldest of them might have left",
        labels=["sender", "unasked"],
    )
    for name, unasked, count, age in _together(
        (masked(each.sender), each.unasked, each.queued, each.oldest) for each in measures.backlogs
    ):
        queued.add_metric([name, unasked], count)
        oldest.add_metric([name, unasked], age)
    yield queued
    yield oldest
    open_ = GaugeMetricFamily("chasqui_outbox_open", "Messages on their way, or unknown", labels=["sender", "state"])
    for name, state, count, _ in _together(
        (masked(each.sender), each.state, each.count, each.oldest) for each in measures.doubts
    ):
        open_.add_metric([name, state], count)
    yield open_
    resting = GaugeMetricFamily("chasqui_sender_resting_seconds", "How long a sender must rest yet", labels=["sender"])
    for sender in sorted({*measures.resting, *measures.owned}):
        resting.add_metric([masked(sender)], measures.resting.get(sender, 0.0))
    yield resting
    owned = GaugeMetricFamily("chasqui_sender_owned", "1 while a worker speaks for a sender", labels=["sender"])
    for sender, is_owned in sorted(measures.owned.items()):
        owned.add_metric([masked(sender)], float(is_owned))
    yield owned


def _together(rows: Iterator[tuple[str, object, int, float]]) -> list[tuple[str, str, int, float]]:
    """Senders that look alike once their numbers are masked, as one line: a label stands once."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for sender, what, count, age in rows:
        key = (sender, str(what).lower())
        before = found.get(key, (0, 0.0))
        found[key] = (before[0] + count, max(before[1], age))
    return [(*key, *found[key]) for key in sorted(found)]


def _by_plan(measures: Measures) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("chasqui_job_age_seconds", "Since a job last came to its end, anywhere", labels=["job"])
    for job, age in sorted(measures.jobs.items()):
        jobs.add_metric([job], age)
    yield jobs
    campaigns = GaugeMetricFamily("chasqui_campaigns", "Campaigns by state", labels=["state"])
    for state, count in sorted(measures.campaigns.items()):
        campaigns.add_metric([state], count)
    yield campaigns
    for name, what in (("messages", "Messages"), ("segments", "Segments"), ("cost", "Cost, in the currency,")):
        family = GaugeMetricFamily(f"chasqui_spent_{name}", f"{what} by day (UTC), the last seven", labels=["day"])
        for spent in measures.spent:
            family.add_metric([spent.day], spent.micros / 1_000_000 if name == "cost" else getattr(spent, name))
        yield family


def _counted(counted: Mapping[str, int]) -> Iterator[Metric]:
    """What the processes have tallied: see messaging.tallying for how its names are made."""
    found: defaultdict[str, dict[tuple[tuple[str, str], ...], int]] = defaultdict(dict)
    for name, n in counted.items():
        metric, *labels = name.removeprefix("metric:").split(" ")
        pairs = tuple(sorted((key, value) for key, _, value in (label.partition("=") for label in labels)))
        found[metric][pairs] = n
    for metric, help_ in _COUNTS.items():
        names = sorted({key for pairs in found[metric] for key, _ in pairs})
        family = CounterMetricFamily(f"chasqui_{metric}", help_, labels=names)
        for pairs, n in sorted(found[metric].items()):
            given = dict(pairs)
            family.add_metric([given.get(name, "") for name in names], n)
        yield family
    for metric, help_ in _LAGS.items():
        yield _histogram(metric, help_, {dict(pairs).get("le", ""): n for pairs, n in found[metric].items()})


def _histogram(metric: str, help_: str, by_end: Mapping[str, int]) -> Metric:
    family = HistogramMetricFamily(f"chasqui_{metric}_seconds", help_)
    total, buckets = 0, []
    for end in BUCKETS:
        total += by_end.get(f"{end:g}", 0)
        buckets.append((f"{end:g}", float(total)))
    buckets.append(("+Inf", float(total + by_end.get("inf", 0))))
    family.add_metric([], buckets=buckets, sum_value=by_end.get("sum", 0))
    return family


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"chasqui_{name}", help_, value=value)
