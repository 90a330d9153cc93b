"""What every written form of a document says alike: dates, signature, colophon (版记)."""

from datetime import date

from .values import Document

COPIES = "抄送："
DATE_INDENT = 4  # characters from the right, under a seal (GB/T 9704-2012 §7.3.5.1)


def day_words(day: date) -> str:
    """成文日期 in Arabic digits, months and days without zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def signature_indents(document: Document) -> tuple[float, float]:
    """How far name and date stand from the right, in characters, so that each is centred on the
    other; the longer one is the measure."""
    name = float(len(document.signature))
    day = width_of(day_words(document.signed_on)) if document.signed_on else name
    base = float(DATE_INDENT if document.seal else 2)
    if name <= day:
        return base + (day - name) / 2, base
    return max(2.0, base - (name - day) / 2), max(2.0, base - (name - day) / 2) + (name - day) / 2


def width_of(words: str) -> float:
    """The width of some words in full characters: a Latin letter or digit takes half of one."""
    return sum(0.5 if char.isascii() else 1.0 for char in words)


def colophon(document: Document) -> list[tuple[str, str]]:
    """The lines of the colophon, left and right: 抄送 and 印发."""
    rows: list[tuple[str, str]] = []
    if document.copies_to:
        rows.append((f"{COPIES}{'，'.join(document.copies_to)}。", ""))
    if document.printer:
        day = f"{day_words(document.printed_on)}印发" if document.printed_on else ""
        rows.append((document.printer, day))
    return rows
