"""Take people out of every table: what they did still counts, and nothing says any more who did it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.conversation import from_json, to_json
from bot.messages import Address
from store import auditing, cases, counters
from store.api_tables import hook_deliveries, idempotency_keys
from store.campaign_tables import link_codes, reviews, unreachable, weeks
from store.case_tables import credential_proposals
from store.columns import among
from store.credential_tables import credential_acts, credentials
from store.organisation_tables import cohort_members
from store.people_tables import calls, kept_lists, learner_words, to_call
from store.survey_tables import survey_answers, survey_replies
from store.tables import (
    answers,
    attempts,
    consent_states,
    consents,
    dues,
    enrolments,
    help_requests,
    inbox,
    learners,
    outbox,
    suppressed,
    thread_learners,
    threads,
)

_ADDRESSES = select(thread_learners.c.address).distinct().where(among(thread_learners.c.learner, "learners"))
_SHARED = (
    select(thread_learners.c.address)
    .distinct()
    .where(among(thread_learners.c.address, "addresses"), ~among(thread_learners.c.learner, "learners"))
)
_LOCK = select(threads.c.address).where(among(threads.c.address, "addresses")).with_for_update()

# What she did stays, under a word drawn once for her and kept nowhere else.
_PSEUDONYMS = (
    update(enrolments).where(enrolments.c.learner == bindparam("who")).values(learner=None, pseudonym=bindparam("as")),
    update(answers)
    .where(answers.c.learner == bindparam("who"))
    .values(learner=None, pseudonym=bindparam("as"), reply=""),
    update(attempts).where(attempts.c.learner == bindparam("who")).values(learner=None),
    # What she wrote in a survey may name her; the steps that she took are counted on.
    update(survey_answers)
    .where(survey_answers.c.reply.in_(select(survey_replies.c.id).where(survey_replies.c.learner == bindparam("who"))))
    .values(text=""),
    update(survey_replies).where(survey_replies.c.learner == bindparam("who")).values(learner=None),
    # Why it was suspended or revoked speaks of her; that it was, stays.
    *(
        update(table)
        .where(table.c.credential.in_(select(credentials.c.serial).where(credentials.c.learner == bindparam("who"))))
        .values(reason="")
        for table in (credential_acts, credential_proposals)
    ),
    # Her code still says whether it holds and for what, and no longer for whom.
    update(credentials)
    .where(credentials.c.learner == bindparam("who"))
    .values(learner=None, given_name="", initial=""),
)
# The ledger keeps that somebody said yes or no on a day, and nothing that leads to her.
_LEDGER = (
    update(consents)
    .where(or_(among(consents.c.learner, "learners"), among(consents.c.address, "alone")))
    .values(learner=None, address="", text="", guardian="")
)
_GONE = (
    delete(dues).where(among(dues.c.learner, "learners")),
    delete(help_requests).where(
        or_(among(help_requests.c.learner, "learners"), among(help_requests.c.address, "alone"))
    ),
    # Of a shared phone also what was said to nobody in particular: it may name her.
    delete(outbox).where(among(outbox.c.learner, "learners"), outbox.c.learner != literal_column("''")),
    delete(outbox).where(among(outbox.c.address, "alone")),
    delete(outbox).where(among(outbox.c.address, "shared"), outbox.c.learner == literal_column("''")),
    # Sender and provider id stay, so that a provider's repeat is never answered again. What still waits was written
    # after the farewell, or by somebody else, and is answered.
    update(inbox)
    .where(or_(among(inbox.c.address, "alone"), among(inbox.c.address, "shared")), inbox.c.state != "new")
    .values(address="", kind="", payload="", digest="", error=""),
    delete(thread_learners).where(among(thread_learners.c.learner, "learners")),
    *(
        delete(table).where(among(table.c.learner, "learners"))
        for table in (consent_states, cohort_members, weeks, reviews, link_codes, learner_words, to_call, calls)
    ),
    # A list that waits to be imported may name her; whoever uploaded it uploads it again.
    delete(kept_lists),
    # What was told of her elsewhere is not told again, and what was answered about her is not said again.
    delete(hook_deliveries).where(
        among(hook_deliveries.c.learner, "learners"), hook_deliveries.c.learner != literal_column("''")
    ),
    update(idempotency_keys)
    .where(among(idempotency_keys.c.learner, "learners"), idempotency_keys.c.learner != literal_column("''"))
    .values(answer="", location=""),
    delete(unreachable).where(among(unreachable.c.address, "alone")),
    delete(threads).where(among(threads.c.address, "alone")),
    delete(learners).where(among(learners.c.id, "learners")),
)
# Of a shared phone's dialogue the others keep what is theirs: the question that is open for them, as it was served.
_DIALOGUES = select(threads.c.address, threads.c.conversation).where(among(threads.c.address, "shared"))
_LEFT = (
    update(threads)
    .where(threads.c.address == bindparam("where"))
    .values(conversation=bindparam("left"), version=threads.c.version + 1)
)
_SUPPRESS = insert(suppressed).on_conflict_do_nothing(index_elements=["key"])
_WELCOME = delete(suppressed).where(among(suppressed.c.key, "keys"))
_KNOWN = select(suppressed.c.key).where(among(suppressed.c.key, "keys"))
_ERASED = select(suppressed.c.key, suppressed.c.at).where(among(suppressed.c.key, "keys"))


def erase(conn: Connection, ids: Collection[str], now: datetime, key: bytes, nobodys: Collection[str] = ()) -> None:
    """Erase these learners from every table, in the transaction that is open. `key` keys the hashes of their numbers.
    `nobodys` are addresses from which nobody joined, whose thread goes too.

    A thread on which nobody remains goes as well; a shared one stays for the others, with their part of its dialogue.
    Raises ValueError without a key.
    """
    people = sorted(set(ids))
    addresses = [*conn.execute(_ADDRESSES, {"learners": people}).scalars(), *nobodys]
    # A worker that is at one of her threads finishes first; after us, its next turn there comes too late.
    conn.execute(_LOCK, {"addresses": sorted(addresses)}).all()
    shared = set(conn.execute(_SHARED, {"addresses": addresses, "learners": people}).scalars())
    alone = [address for address in addresses if address not in shared]
    keys = {"learners": people, "alone": alone, "shared": sorted(shared)}
    names = [{"who": person, "as": secrets.token_hex(8)} for person in people]
    for statement in _PSEUDONYMS if names else ():
        conn.execute(statement, names)
    if people:
        cases.forget(conn, people, [each["as"] for each in names])
        auditing.forget(conn, [f"learner:{person}" for person in people])
    conn.execute(_LEDGER, keys)
    for removal in _GONE:
        conn.execute(removal, keys)
    dialogues = conn.execute(_DIALOGUES, keys).all()
    left = [{"where": each[0], "left": to_json(from_json(each[1] or "").without_people(people))} for each in dialogues]
    if left:
        conn.execute(_LEFT, left)
    if alone:
        conn.execute(
            _SUPPRESS, [{"key": hashed(address, key), "reason": "erased", "at": now} for address in sorted(alone)]
        )
    counters.add(conn, {"learners erased": len(people)}, now)


def hashed(address: str, key: bytes) -> str:
    """The keyed hash under which an address is remembered: of its E.164 number where it has one, so that an import
    of the bare number finds it. Raises ValueError without a key: a bare hash of a number is guessed in seconds."""
    if not key:
        raise ValueError("Erasing needs the secret key: without it the hash of a number gives the number away.")
    number = Address.parse(address).phone or address
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def welcome(conn: Connection, addresses: Iterable[Address], key: bytes) -> None:
    """Somebody joined from these addresses by herself, so they may be known again."""
    conn.execute(_WELCOME, {"keys": sorted(hashed(str(address), key) for address in addresses)})


def erased_at(conn: Connection, addresses: Iterable[Address], key: bytes) -> dict[Address, datetime]:
    """When everybody behind these addresses was erased, where they were and have not come back."""
    keys = {hashed(str(address), key): address for address in addresses}
    return {keys[found]: at for found, at in conn.execute(_ERASED, {"keys": sorted(keys)})} if keys else {}


def suppressed_among(conn: Connection, addresses: Iterable[Address], key: bytes) -> set[Address]:
    """Those of these addresses that may not be imported again."""
    keys = {hashed(str(address), key): address for address in addresses}
    return {keys[found] for found in conn.execute(_KNOWN, {"keys": sorted(keys)}).scalars()} if keys else set()
