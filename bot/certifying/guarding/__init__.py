"""The guards of the case machine: each looks at one rule, and gives a plain reason where an act breaks it."""

from __future__ import annotations

from bot.certifying.guarding.appeals import correctable as correctable
from bot.certifying.guarding.appeals import in_term as in_term
from bot.certifying.guarding.appeals import known_resolution as known_resolution
from bot.certifying.guarding.appeals import others_than_decided as others_than_decided
from bot.certifying.guarding.applicants import consented as consented
from bot.certifying.guarding.applicants import experienced as experienced
from bot.certifying.guarding.applicants import has_gaps as has_gaps
from bot.certifying.guarding.applicants import is_pilot as is_pilot
from bot.certifying.guarding.applicants import known_element as known_element
from bot.certifying.guarding.applicants import no_other as no_other
from bot.certifying.guarding.applicants import old_enough as old_enough
from bot.certifying.guarding.applicants import scheme_active as scheme_active
from bot.certifying.guarding.applicants import standard_open as standard_open
from bot.certifying.guarding.assessors import assessor as assessor
from bot.certifying.guarding.assessors import assignable as assignable
from bot.certifying.guarding.assessors import disinterested as disinterested
from bot.certifying.guarding.assessors import not_hers as not_hers
from bot.certifying.guarding.assessors import tied as tied
from bot.certifying.guarding.assessors import unfit as unfit
from bot.certifying.guarding.credentials import authorised as authorised
from bot.certifying.guarding.credentials import dated as dated
from bot.certifying.guarding.credentials import decided as decided
from bot.certifying.guarding.credentials import ended as ended
from bot.certifying.guarding.credentials import ending as ending
from bot.certifying.guarding.credentials import two as two
from bot.certifying.guarding.decisions import complete as complete
from bot.certifying.guarding.decisions import judges_were_valid as judges_were_valid
from bot.certifying.guarding.decisions import known_moderation as known_moderation
from bot.certifying.guarding.decisions import moderated as moderated
from bot.certifying.guarding.decisions import reasoned as reasoned
from bot.certifying.guarding.evidence import enough_judges as enough_judges
from bot.certifying.guarding.evidence import evidence_there as evidence_there
from bot.certifying.guarding.evidence import follows as follows
from bot.certifying.guarding.evidence import known_evidence as known_evidence
from bot.certifying.guarding.evidence import known_mark as known_mark
from bot.certifying.guarding.evidence import known_result as known_result
from bot.certifying.guarding.evidence import lacking as lacking
from bot.certifying.guarding.terms import APPEAL_TERM as APPEAL_TERM
from bot.certifying.guarding.terms import ENDING as ENDING
from bot.certifying.guarding.terms import VALIDATED as VALIDATED
from bot.certifying.guarding.terms import WINDOW as WINDOW
from bot.certifying.guarding.terms import Guard as Guard
