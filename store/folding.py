"""Fold SQLite's log back into its file beside the writer, so that no reply waits while thousands of pages move."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from sqlalchemy import Engine

log = logging.getLogger(__name__)

# Some five hundred messages: their commits wrote four thousand pages, of which every second one more than once. The
# writer folds by itself what this has not (`wal_autocheckpoint`), and begins the log anew when all of it is folded.
_ROWS = 3000


class Folding:
    """Who folds the log of one database: one thread, which reads and copies while the writer goes on writing."""

    def __init__(self, readers: Engine) -> None:
        self._readers = readers
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-fold")
        self._under_way = threading.Lock()
        self._seen = 0

    def after(self, changed: int) -> None:
        """A commit has come through. `changed`: rows that its connection has changed since it was opened."""
        if 0 <= changed - self._seen < _ROWS or not self._under_way.acquire(blocking=False):
            return
        self._seen = changed
        self._thread.submit(self._fold)

    def close(self) -> None:
        """Wait for the one that is under way."""
        self._thread.shutdown(wait=True)

    def _fold(self) -> None:
        try:
            with closing(self._readers.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")  # it waits for nobody, and nobody for it
        except Exception as error:  # the writer does it in time
            log.warning("The log could not be folded back: %s", type(error).__name__)
        finally:
            self._under_way.release()
