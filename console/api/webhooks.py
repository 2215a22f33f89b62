"""Webhooks: subscribe another program to what happens here, and see what was sent to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.cooperating import hooks as nouns
from bot.cooperating.hooks import Hook, secret_of
from bot.cooperating.roles import Right
from console.api import problems, table
from console.api.paging import PageQuery
from console.api.shapes import Body, Line, Moment, Page, Shown
from console.api.table import Call, Route
from store import hooks
from store.database import Connection
from store.hooks import Delivery

EventName = Literal["learner.joined", "unit.passed", "credential.issued", "learner.opted_out"]


class NewHook(Body):
    """A subscription. Without cooperatives: all those of the token."""

    url: Annotated[str, Field(min_length=8, max_length=2000, pattern=r"^https?://[\x21-\x7e]+$")]
    events: Annotated[tuple[EventName, ...], Field(min_length=1, max_length=4)]
    name: Annotated[Line, Field(max_length=80)] = ""
    cooperatives: Annotated[
        tuple[Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,59}$")], ...], Field(max_length=200)
    ] = ()


class HookShown(Shown):
    """A subscription."""

    id: str
    name: str
    url: str
    events: list[str]
    cooperatives: list[str] | None = Field(description="Null: all.")
    live: bool
    disabled_why: str = Field(description="failing, gone, person; or empty.")
    failing_since: Moment | None
    created_at: Moment


class SecretShown(Shown):
    """The secret with which what is sent to a subscription is signed."""

    hook: str
    secret: str


class Hooks(Page):
    """Subscriptions, the newest first."""

    items: list[HookShown]


class DeliveryShown(Shown):
    """One event on its way, or arrived. `status`: of the last answer; 0 where nobody answered."""

    id: str
    event: str
    kind: str
    state: str = Field(description="waiting, delivered, failed.")
    tries: int
    status: int
    error: str
    created_at: Moment
    next_at: Moment | None


class Deliveries(Page):
    """What was sent, the latest first."""

    items: list[DeliveryShown]


def list_hooks(call: Call, conn: Connection) -> Hooks:
    """List subscriptions."""
    limit, after = call.asked(PageQuery).limit, call.after(str, str)
    found = [each for each in hooks.listed(conn, call.scope, limit=_MANY) if not after or _is_beyond(each, after)]
    more = call.next(found, lambda each: [each.created_at.isoformat(), each.id])
    return Hooks(items=[_shown(each) for each in found[:limit]], next=more)


def get_hook(call: Call, conn: Connection) -> HookShown:
    """Read a subscription."""
    return _shown(_one(call, conn))


def get_hook_secret(call: Call, conn: Connection) -> SecretShown:
    """Read the secret of a subscription."""
    hook = _one(call, conn)
    return SecretShown(hook=hook.id, secret=secret_of(call.office.secret, hook.id, hook.generation))


def add_hook(call: Call, conn: Connection) -> HookShown:
    """Subscribe."""
    sent = call.sent(NewHook)
    if why := nouns.wrong_url(sent.url, private=call.office.private_hooks):
        raise problems.conflict(why, _WHY[why])
    wished = Hook(
        id="",
        name=sent.name,
        url=sent.url,
        events=frozenset(sent.events),
        cooperatives=frozenset(sent.cooperatives) if sent.cooperatives else call.scope.cooperatives,
        created_by=call.token.actor,
        created_at=call.now,
    )
    try:
        made = hooks.add(conn, call.scope, wished, call.now)
    except ValueError:
        raise problems.conflict("reach", _WHY["reach"]) from None
    call.audit(conn, "hook.made", f"hook:{made.id}", url=made.url)
    call.location = f"/webhooks/{made.id}"
    return _shown(made)


def rotate_hook(call: Call, conn: Connection) -> HookShown:
    """Give a subscription a new secret; the one before signs beside it for a day."""
    changed = hooks.rotate(conn, call.scope, call.path["hook"], call.now)
    if changed is None:
        raise problems.missing()
    call.audit(conn, "hook.rotated", f"hook:{changed.id}")
    return _shown(changed)


def enable_hook(call: Call, conn: Connection) -> HookShown:
    """Switch a subscription on again."""
    changed = hooks.switch(conn, call.scope, call.path["hook"], on=True, now=call.now)
    if changed is None:
        raise problems.missing()
    call.audit(conn, "hook.enabled", f"hook:{changed.id}")
    return _shown(changed)


def ping_hook(call: Call, conn: Connection) -> DeliveryShown:
    """Send a subscription something to try it out."""
    sent = hooks.ping(conn, call.scope, call.path["hook"], call.now)
    if sent is None:
        raise problems.missing()
    return _delivery(sent)


def list_deliveries(call: Call, conn: Connection) -> Deliveries:
    """List what was sent to a subscription."""
    hook, limit, after = _one(call, conn), call.asked(PageQuery).limit, call.after(int)
    found = hooks.deliveries(conn, call.scope, hook.id, before=after[0] if after else 0, limit=limit + 1)
    return Deliveries(items=[_delivery(each) for each in found[:limit]], next=call.next(found, lambda each: [each.id]))


def resend_delivery(call: Call, conn: Connection) -> DeliveryShown:
    """Send a delivery once more."""
    sent = hooks.again(conn, call.scope, call.path["hook"], int(call.path["delivery"]), call.now)
    if sent is None:
        raise problems.missing()
    return _delivery(sent)


def remove_hook(call: Call, conn: Connection) -> None:
    """End a subscription."""
    if not hooks.remove(conn, call.scope, call.path["hook"], call.now):
        raise problems.missing()
    call.audit(conn, "hook.removed", f"hook:{call.path['hook']}")


def _one(call: Call, conn: Connection) -> Hook:
    found = hooks.get(conn, call.scope, call.path["hook"])
    if found is None:
        raise problems.missing()
    return found


def _is_beyond(each: Hook, after: Sequence[str]) -> bool:
    """Whether it comes after this one in the list: the newest are first, and of one moment by id."""
    at = datetime.fromisoformat(after[0])
    return each.created_at < at or (each.created_at == at and each.id > after[1])


def _shown(each: Hook) -> HookShown:
    return HookShown(
        id=each.id,
        name=each.name,
        url=each.url,
        events=sorted(each.events),
        cooperatives=None if each.cooperatives is None else sorted(each.cooperatives),
        live=each.live,
        disabled_why=each.disabled_why,
        failing_since=each.failing_since,
        created_at=each.created_at,
    )


def _delivery(each: Delivery) -> DeliveryShown:
    return DeliveryShown(
        id=str(each.id),
        event=each.event,
        kind=each.kind,
        state=each.state,
        tries=each.tries,
        status=each.status,
        error=each.error,
        created_at=each.created_at,
        next_at=each.not_before if each.state == "waiting" else None,
    )


_WHY = {
    "url": "This is no address.",
    "https": "It has to be https.",
    "port": "Only the ports 443 and 8443 are used.",
    "private": "It lies inside a private network.",
    "reach": "It reaches beyond this token's cooperatives.",
}
_SEE = Right.SEE_PEOPLE
_MANY = 10_000  # subscriptions that are read at once: each was made by hand, or by a program for itself
_HOOK = "/webhooks/{hook}"

ROUTES: list[Route] = [
    table.get("/webhooks", _SEE, list_hooks, Hooks, query=PageQuery),
    table.post("/webhooks", _SEE, add_hook, HookShown, body=NewHook, status=201, conflicts=_WHY),
    table.get(_HOOK, _SEE, get_hook, HookShown),
    table.get(_HOOK + "/secret", _SEE, get_hook_secret, SecretShown),
    table.post(_HOOK + "/rotate", _SEE, rotate_hook, HookShown),
    table.post(_HOOK + "/enable", _SEE, enable_hook, HookShown),
    table.post(_HOOK + "/ping", _SEE, ping_hook, DeliveryShown, status=201),
    table.get(_HOOK + "/deliveries", _SEE, list_deliveries, Deliveries, query=PageQuery),
    table.post(_HOOK + "/deliveries/{delivery}/resend", _SEE, resend_delivery, DeliveryShown),
    table.delete(_HOOK, _SEE, remove_hook),
]
