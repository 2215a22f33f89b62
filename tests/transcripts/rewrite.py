"""Write what the bot says today into transcripts: python -m tests.transcripts.rewrite FILE…"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.transcripts.playing import played

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:]:
            path = Path(name)
            path.write_text(asyncio.run(played(path.read_text(), Path(folder) / "content")))
