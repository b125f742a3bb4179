"""The text of a printed page."""

import re
import unicodedata
from pathlib import Path

import pypdfium2


def squeezed(text: str) -> str:
    """Letters and digits alone, since a printer breaks lines and joins letters as it likes."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def on_paper(path: Path) -> str:
    """All sheets, squeezed."""
    return squeezed("".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(path)))
