"""Draw a square (QR code) as a picture that a page can show."""

from __future__ import annotations

from io import BytesIO

import segno


def square_svg(text: str) -> bytes:
    """The square of a text as an SVG document, black on white whatever the page's colours are: readers need that.

    Source: ISO/IEC 18004, error correction M, with its quiet zone of four modules.
    """
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=True, svgclass=None, lineclass=None
    )
    return out.getvalue()
