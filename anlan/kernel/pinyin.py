"""Initials with the readings that this district has entered in its catalogue (拼音首字母)."""

from dataclasses import dataclass

from anlan.formats import pinyin

from . import catalogues


@dataclass(frozen=True)
class Reading:
    """How a word is read where the dictionary is wrong (读音)."""

    key: str
    reading: str

    def __post_init__(self) -> None:
        syllables = self.reading.split()
        if len(syllables) != len(self.key) or not all(
            syllable.isascii() and syllable.isalpha() for syllable in syllables
        ):
            raise ValueError(f"「{self.key}」的读音应当是 {len(self.key)} 个音节，用空格隔开")


def initials(text: str) -> str:
    """First letters of a place or a thing, for searching by them (首字母)."""
    readings = catalogues.load("readings", Reading)
    return pinyin.initials(text, {word: each.reading for word, each in readings.items()})


def initials_of_person(name: str) -> str:
    """First letters of a person's name (姓名首字母)."""
    return pinyin.initials_of_person(name)
