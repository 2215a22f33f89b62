"""How a learner is shown: her name, her numbers as far as the reader may see them, her courses, what may be chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bot.catalogue import Catalogue, Course
from bot.cooperating.organisations import Cohort, Cooperative
from bot.cooperating.roles import Right
from bot.delivering.hours import zone_of
from bot.messages import Address
from bot.people import Learner
from console.asked import Asked
from store import calls, cohort_progress, organisations
from store.database import Connection

KINDS = {
    "learning": "good",
    "invited": "info",
    "joined": "info",
    "paused": "",
    "stopped": "bad",
    "guardian": "warn",
    "unreachable": "bad",
    "silent": "warn",
}
"""How each standing looks: the kind of its badge."""

SEXES = ("f", "m", "x")
HOURS = [(str(hour), f"{hour}:00") for hour in range(7, 21)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A place where she is reached: how it is shown, and the link that dials it, where the reader may see it."""

    shown: str
    dial: str = ""
    kind: str = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What may be chosen on a page about people."""

    cooperatives: Sequence[Cooperative]
    cohorts: Sequence[Cohort]

    def cooperative(self, id: str) -> str:
        """The name of a cooperative; its word where it is none of these."""
        return next((each.name or each.id for each in self.cooperatives if each.id == id), id)

    def cohort(self, id: str) -> str:
        """The name of a cohort; its word where it is none of these."""
        return next((each.name or each.id for each in self.cohorts if each.id == id), id)

    @property
    def names(self) -> list[tuple[str, str]]:
        """Every cooperative with its name, the closed ones too."""
        return [(each.id, each.name or each.id) for each in self.cooperatives]

    @property
    def cooperative_options(self) -> list[tuple[str, str]]:
        """For a list to choose from."""
        return [(each.id, each.name or each.id) for each in self.cooperatives if not each.closed]

    @property
    def cohort_options(self) -> list[tuple[str, str]]:
        """For a list to choose from."""
        return [(each.id, each.name or each.id) for each in self.cohorts]


def places(conn: Connection, asked: Asked, named: Collection[str] = ()) -> Places:
    """The cooperatives of the reader's scope, and these cohorts of it."""
    return Places(
        cooperatives=organisations.all_cooperatives(conn, asked.scope),
        cohorts=cohort_progress.named(conn, asked.scope, named),
    )


def choices(conn: Connection, asked: Asked) -> Places:
    """The cooperatives of the reader's scope, and its open cohorts, the newest first, as many as a list can be chosen
    from."""
    return Places(
        cooperatives=organisations.all_cooperatives(conn, asked.scope),
        cohorts=cohort_progress.newest(conn, asked.scope),
    )


def someone(conn: Connection, asked: Asked, right: Right = Right.SEE_PEOPLE) -> Learner:
    """The learner whom the path names. Raises NotThere where there is none for this reader."""
    found = calls.found(conn, asked.scope, asked.request.match_info["id"], right)
    if found is None:
        raise asked.missing()
    return found


def base(id: str) -> str:
    """The path of her page."""
    return f"/console/learners/{id}"


def name(asked: Asked, learner: Learner) -> str:
    """What she is called; a word of the page where she has not told."""
    return learner.name or asked.t("learners.nameless")


def reached(asked: Asked, addresses: Sequence[str]) -> list[Reach]:
    """Where she is reached, as this reader may see it: numbers whole or by their last two digits."""
    return [_reach(asked, Address.parse(each)) for each in addresses]


def _reach(asked: Asked, address: Address) -> Reach:
    number = address.phone
    chat = address.scheme == "telegram" or address.identity.startswith("chat:")
    if chat or not number:
        return Reach(shown="Telegram", kind="telegram")
    if not asked.may(Right.SEE_NUMBERS):
        return Reach(shown=asked.t("learners.number_masked", last=number[-2:]))
    return Reach(shown=spaced(number), dial=f"tel:{number}")


def spaced(number: str) -> str:
    """An E.164 number in groups that can be read aloud."""
    for code, groups in (("+591", (4, 4)), ("+250", (3, 3, 3)), ("+51", (3, 3, 3))):
        if number.startswith(code):
            rest, parts = number[len(code) :], [code]
            for size in groups:
                parts.append(rest[:size])
                rest = rest[size:]
            return " ".join(each for each in [*parts, rest] if each)
    return number


def zone(learner: Learner) -> tzinfo:
    """Her own time zone."""
    return zone_of(learner.timezone, learner.country)


def course_title(asked: Asked, id: str) -> str:
    """What a course is called, in the reader's language; its id where an edit took it away."""
    course = catalogue(asked).courses.get(id)
    return course.title(asked.language) if course else id


def courses(asked: Asked) -> list[tuple[str, str]]:
    """All courses, to choose from; with the countries behind one that is not taught in ours."""
    home = asked.office.policy().country

    def called(course: Course) -> str:
        title = course.title(asked.language)
        return title if home in course.countries else f"{title} ({countries(asked, course.countries)})"

    return sorted(((each.id, called(each)) for each in catalogue(asked).courses.values()), key=lambda one: one[1])


def countries(asked: Asked, codes: Iterable[str]) -> str:
    """The names of countries, one behind the other."""
    return ", ".join(asked.t(f"campaigns.country.{each}") for each in codes)


def catalogue(asked: Asked) -> Catalogue:
    """What is taught now."""
    return asked.office.catalogue()


def lessons(course: Course | None) -> int:
    """How many lessons a course has."""
    return sum(len(unit.lessons) for unit in course.units) if course else 0


def languages(asked: Asked) -> list[tuple[str, str]]:
    """The languages in which learners are spoken to, each with its name."""
    return [(each, asked.t(f"learners.language_{each}")) for each in ("es", "en", "fr", "rw", "qu", "ay")]
