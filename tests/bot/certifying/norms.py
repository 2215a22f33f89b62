"""A small standard to certify against, its assessors, and a case that walks through it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.certifying import judging
from bot.certifying.cases import Act, Assessor, Case, People
from bot.certifying.deciding import Outcome, decide
from bot.certifying.standards import (
    STEPS,
    Criterion,
    Element,
    Issuer,
    Requirement,
    Scheme,
    Standard,
    Standing,
    Unit,
)
from tests.changing import replace

BEGAN = datetime(2026, 3, 2, 14, tzinfo=UTC)


def texts(text: str) -> dict[str, str]:
    return {"es": text, "en": text}


def unit(code: str, *, mandatory: bool = True) -> Unit:
    criteria = tuple(
        Criterion(code=f"{code}.1.{place}", text=texts(f"criterio {place}"), critical=place == 1)
        for place in (1, 2, 3, 4, 5)
    )
    return Unit(
        code=code,
        titles=texts(f"Unidad {code}"),
        purpose=texts("hacer"),
        taught_by=(),
        elements=(Element(code=f"{code}.1", titles=texts(f"elemento {code}.1"), criteria=criteria),),
        requirements=(
            Requirement(kind="knowledge", method="sms_quiz", minimum=1, criteria=()),
            Requirement(kind="performance", method="field_observation", minimum=1, criteria=()),
            Requirement(kind="product", method="product_check", minimum=1, criteria=()),
        ),
        mandatory=mandatory,
    )


def scheme(*, assessors: int = 1, age: int = 15, months: int = 12) -> Scheme:
    return Scheme(
        country="PE",
        authority="MTPE",
        act="DS 016-2021-TR",
        competent=texts("competente"),
        not_yet=texts("aún no competente"),
        steps=STEPS,
        validity_months=36,
        checked_on=date(2026, 1, 1),
        assessors=assessors,
        issuers=(Issuer(name="Norandino", valid_from=date(2026, 1, 1), valid_until=date(2027, 12, 31)),),
        minimum_age=age,
        experience_months=months,
    )


def standard(*, assessors: int = 1, state: str = "approved", units: int = 2) -> Standard:
    return Standard(
        code="CHQ-TEST",
        version="1.0",
        titles=texts("Vivero"),
        isco08="6112",
        purpose=texts("producir"),
        course="coffee-nursery",
        languages=("es",),
        drafts=(),
        standing=Standing(state=state, by="x", act="y", since=date(2026, 1, 1), until=date(2028, 1, 1)),
        schemes=(scheme(assessors=assessors),),
        units=tuple(unit(str(place)) for place in range(1, units + 1)),
    )


def assessor(name: str, **more: object) -> Assessor:
    held = Assessor(
        id=name,
        name=name.title(),
        credential="EV-1",
        valid_from=BEGAN - timedelta(days=30),
        valid_until=BEGAN + timedelta(days=300),
        standards=frozenset({"CHQ-TEST"}),
    )
    return replace(held, **more)  # type: ignore[arg-type]


def case(*assessors: Assessor, conflicts: frozenset[tuple[str, str]] = frozenset()) -> Case:
    known = assessors or (assessor("ana"), assessor("benito"))
    people = People(assessors={each.id: each for each in known}, conflicts=conflicts)
    return Case(id="c1", number=1, candidate="rosa", standard="CHQ-TEST", version="1.0", country="PE", people=people)


def act(kind: str, role: str = "candidate", actor: str = "", **more: object) -> Act:
    return Act(kind=kind, role=role, actor=actor or role, **more)  # type: ignore[arg-type]


APPLY = {"consent": "yes", "experience": "20", "age": "50", "presented_by": "self"}


def road(norm: Standard, *judges: str, result: str = "competent") -> list[Act]:
    """The acts that lead from nothing to a credential, with everything met."""
    names = judges or ("ana",)
    acts = [act("apply", data=APPLY), act("check", "system"), act("admit", "coordinator", "coord")]
    units = list(norm.units)
    acts += [act("self_assess", element=e.code, value="yes") for u in units for e in u.elements]
    acts += [act("plan")]
    acts += [act("assign", "coordinator", "coord", value=name) for name in names]
    acts += [act("knowledge", "system", unit=u.code, value="passed", data={"exam": "x"}) for u in units]
    acts += [act("identify", "assessor", names[0])]
    for u in units:
        for kind, method in (("performance", "field_observation"), ("product", "product_check")):
            data = {"id": f"{u.code}{kind}", "evidence": kind, "method": method}
            acts.append(act("evidence", "assessor", names[0], unit=u.code, data=data))
    for name in names:
        acts += [act("judge", "assessor", name, criterion=c.code, value="yes") for u in units for c in u.criteria]
    codes = ",".join(each.code for each in units)
    acts += [act("conclude", "assessor", names[0], value=result, data={"units": codes, "sampled": "yes"})]
    acts += [act("moderate", "moderator", "marta", value="agreed")]
    acts += [act("decide", "moderator", "marta", value=result, data={"units": codes})]
    until = (BEGAN + timedelta(days=1000)).isoformat()
    data = {"serial": "S1", "valid_from": BEGAN.isoformat(), "valid_until": until, "body": "Norandino"}
    return [*acts, act("certify", "issuer", "irma", data=data)]


def walked(start: Case, norm: Standard, acts: list[Act], now: datetime = BEGAN) -> Case:
    """The case after these acts, none of which may be refused."""
    for each in acts:
        outcome = decide(start, each, norm, now)
        assert not outcome.refused, f"{each.kind}: {outcome.refused}"
        start = outcome.case
        now += timedelta(minutes=1)
    return start


def before(norm: Standard, kind: str, *judges: str, start: Case | None = None) -> Case:
    """The case just before the first act of this kind on the straight road."""
    acts = road(norm, *judges)
    place = next(at for at, each in enumerate(acts) if each.kind == kind)
    return walked(start or case(), norm, acts[:place])


def tried(held: Case, norm: Standard, each: Act, now: datetime = BEGAN + timedelta(days=1)) -> Outcome:
    return decide(held, each, norm, now)


def units(held: Case, norm: Standard) -> str:
    return ",".join(judging.verdict(held, norm).units)
