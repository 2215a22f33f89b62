"""Put a knowledge test beside fixed tests: what each does to the competent, the not yet competent, and between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bot.certifying import exact
from bot.certifying.exact import Fixed, Outcome
from bot.certifying.plotting import Curve, Panel
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import Chances, default_chances
from bot.certifying.simulating import BankItem, levels, right_chance, simulate

COMMON = (Fixed(questions=10, mark=8), Fixed(questions=5, mark=4), Fixed(questions=20, mark=14))
HALF = 0.55  # of the domain known: this should not certify
_UNLIKE = 4  # digits to which scores of unlike items are kept: within a tenth of a point
_STEPS = 40  # of a curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A test to try: its policy, whose levels hold for items guessed at the rate `guess`, and the bank it draws on."""

    policy: KnowledgePolicy
    bank: tuple[BankItem, ...]
    guess: float
    together: int = 1  # questions in a message
    people: int = 2000  # to make up, of each level
    seed: int = 1

    @property
    def chances(self) -> Chances:
        """The two levels as the policy states them."""
        return default_chances(self.policy, self.guess, reference=self.guess)

    @property
    def known(self) -> tuple[float, float, float]:
        """The shares of the domain known by the not yet competent, at HALF, and by the competent."""
        low, high = levels(self.policy, self.guess)
        return low, HALF, high

    def right(self, known: float) -> float:
        """How probably somebody who knows this share answers an item of the stated kind right."""
        return known + (1 - known) * self.guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule and what it does: shares of wrong decisions, and pairs of (competent, not yet competent). `kind`: exact,
    in_order or drawn for ours; fixed, with which."""

    rule: str
    kind: str
    false_fails: float
    false_passes: float
    half_known: float  # share that passes of those who know HALF of the domain
    questions: tuple[float, float]
    at_cap: tuple[float, float] = (0.0, 0.0)  # ended by the cap, whoever decided then
    assessor: tuple[float, float] = (0.0, 0.0)  # left to an assessor
    fixed: Fixed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All lines, and the shortest fixed test whose errors are no greater, if one of at most 400 questions does; whoever
    is left to an assessor counts as not passed. `ratios`: what is asked of its questions, of the competent and of the
    not yet competent."""

    lines: tuple[Line, ...]
    fixed: Fixed | None
    ratios: tuple[float, float] | None
    six_units: tuple[float, float]  # share of the competent that passes six such units: at once, with one retake
    most_shown: float  # to which share of people the most frequent item was shown


def compared(trial: Trial) -> Comparison:
    """Work out the test on items of one kind, on its bank in one order and on its bank as drawn, and the fixed ones.

    Raises ValueError where the bank is smaller than the policy's minimum.
    """
    low, half, high = (
        exact.identical(trial.policy, trial.chances, trial.right(known), together=trial.together)
        for known in trial.known
    )
    drawn, most_shown = _drawn(trial)
    fixed = exact.equal_fixed(trial.chances, false_pass=low.passed, false_fail=high.failed + high.assessor)
    return Comparison(
        lines=(
            _line("exact", "sequential, exact", low, half, high),
            _line("in_order", "sequential, this bank in order, exact", *_in_order(trial)),
            _line("drawn", f"sequential, this bank, {trial.people} made up", *drawn),
            *(_fixed(trial, each) for each in (*((fixed,) if fixed else ()), *COMMON)),
        ),
        fixed=fixed,
        ratios=(high.length / fixed.questions, low.length / fixed.questions) if fixed else None,
        six_units=(exact.certificate([high.passed] * 6), exact.certificate([high.passed] * 6, retake=True)),
        most_shown=most_shown,
    )


def _drawn(trial: Trial) -> tuple[tuple[Outcome, ...], float]:
    """The bank as the rules draw from it, and how often the most frequent item was shown."""
    outcomes, most = [], 0.0
    for known in trial.known:
        found, shown = simulate(
            trial.policy,
            trial.bank,
            known,
            trial.people,
            Random(trial.seed),
            reference=trial.guess,
            together=trial.together,
        )
        outcomes.append(found)
        most = max(most, *shown.values())
    return tuple(outcomes), most


def _in_order(trial: Trial) -> tuple[Outcome, ...]:
    """The bank's items in one order, those that tell most first."""
    believed: Mapping[str, Chances] = {
        each.id: each.chances or default_chances(trial.policy, each.guess, reference=trial.guess) for each in trial.bank
    }
    ordered = sorted(trial.bank, key=lambda each: -believed[each.id].information)
    weighed = [believed[each.id] for each in ordered]
    return tuple(
        exact.in_order(
            trial.policy,
            weighed,
            [right_chance(each, known) for each in ordered],
            together=trial.together,
            digits=_UNLIKE,
        )
        for known in trial.known
    )


def _line(kind: str, rule: str, low: Outcome, half: Outcome, high: Outcome) -> Line:
    return Line(
        rule=rule,
        kind=kind,
        false_fails=high.failed,
        false_passes=low.passed,
        half_known=half.passed,
        questions=(high.length, low.length),
        at_cap=(high.at_cap, low.at_cap),
        assessor=(high.assessor, low.assessor),
    )


def _fixed(trial: Trial, fixed: Fixed) -> Line:
    low, half, high = (fixed.passing(trial.right(known)) for known in trial.known)
    return Line(
        rule=f"fixed, {fixed.mark} of {fixed.questions}",
        kind="fixed",
        fixed=fixed,
        false_fails=1 - high,
        false_passes=low,
        half_known=half,
        questions=(fixed.questions, fixed.questions),
    )


def panels(trial: Trial, fixed: Sequence[Fixed], named: Callable[..., str]) -> tuple[Panel, Panel]:
    """Curves over what is truly known: who passes by the test and by fixed ones, and after how many questions. `named`
    gives the words of `plot.passing`, `plot.length`, `plot.sequential` and `plot.fixed` (mark, questions)."""
    steps = [step / _STEPS for step in range(_STEPS + 1)]
    found = [
        exact.identical(trial.policy, trial.chances, trial.right(known), together=trial.together) for known in steps
    ]
    ours = named("plot.sequential")
    passing = [Curve(name=ours, points=tuple(zip(steps, (each.passed for each in found), strict=True)))]
    lengths = [Curve(name=ours, points=tuple(zip(steps, (each.length for each in found), strict=True)))]
    for each in fixed:
        name = named("plot.fixed", mark=each.mark, questions=each.questions)
        passed = tuple((known, each.passing(trial.right(known))) for known in steps)
        passing.append(Curve(name=name, points=passed))
        lengths.append(Curve(name=name, points=((0.0, each.questions), (1.0, each.questions))))
    low, _, high = trial.known
    top = round(max([trial.policy.cap, *(each.questions for each in fixed)]) * 1.4)  # room for the names above
    return (
        Panel(title=named("plot.passing"), top=1, curves=tuple(passing), bands=(low, high)),
        Panel(title=named("plot.length"), top=top, curves=tuple(lengths), bands=(low, high)),
    )
