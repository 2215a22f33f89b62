"""What `chasqui run` tells in a rehearsal: the day and hour of its clock, who would have got what, and no more."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, tzinfo

from bot.delivering.hours import zone_of
from cli.campaign_words import moment
from cli.greeting import language
from cli.logs import ROOMS, Redacting
from cli.wiring import House

SENT = "messaging.rehearsing"  # the log of what would have gone out
_SHOWN = 6  # messages of one kind on one day
_MORE = {"en": "… and {n} more like these on {day}", "es": "… y {n} más como estos el {day}"}


class Telling(logging.Handler):
    """Prints each message as a person reads it; of many alike on one day, a few and how many more there were."""

    def __init__(
        self, clock: Callable[[], datetime], zone: tzinfo, spoken: str, redacted: Callable[[str], str] = str
    ) -> None:
        super().__init__(logging.INFO)
        self._clock, self._zone, self._spoken, self._redacted = clock, zone, spoken, redacted
        self._day = ""
        self._seen: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one message. The log says to whom (the end of her number) and in which words."""
        try:
            who, text = record.args  # type: ignore[misc]
            at = self._clock().astimezone(self._zone)
            if at.date().isoformat() != self._day:
                self.finish()
                self._day = at.date().isoformat()
            kind = str(getattr(record, "kind", ""))
            self._seen[kind] += 1
            if self._seen[kind] <= _SHOWN:
                words = self._redacted(str(text)).replace("\n", "\n" + " " * 28)
                print(f"{moment(self._spoken, at):<20}  …{who}  {words}", flush=True)
        except Exception:
            self.handleError(record)

    def finish(self) -> None:
        """Tell how many more there were on the day that is over."""
        more = sum(max(0, n - _SHOWN) for n in self._seen.values())
        if more:
            print(_MORE[self._spoken].format(n=more, day=self._day), flush=True)
        self._seen.clear()


def begin(house: House) -> Callable[[], None]:
    """Tell what would have gone out instead of logging it, and of everything else only what is wrong; gives back what
    ends that. Whoever wants all of it, or JSON, gets the log as it is (CHASQUI_LOG_LEVEL, CHASQUI_LOG_FORMAT)."""
    settings = house.settings
    if not settings.rehearsal or settings.log_format == "json" or settings.log_level != "info":
        return lambda: None
    redacted = Redacting(settings.secrets, as_json=False).redacted
    telling = Telling(house.clock, zone_of("", settings.country), language(), redacted)
    for room in ROOMS:
        logging.getLogger(room).setLevel(logging.WARNING)
    sent = logging.getLogger(SENT)
    sent.setLevel(logging.INFO)
    sent.propagate = False
    sent.addHandler(telling)

    def end() -> None:
        telling.finish()
        sent.removeHandler(telling)
        sent.propagate = True
        sent.setLevel(logging.NOTSET)

    return end
