"""Search that finds rare two-character words in a million rows (检索).

pg_trgm needs three characters, Chinese words have two. The database function `anlan_bigrams`
(kernel migration 0002) cuts a text into its pairs of neighbouring characters; a GIN index over
that array answers "contains 液氨", and a substring test makes longer words exact.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Func, Q, TextField


class BigramsOf(Func):
    """`anlan_bigrams(text)`: the distinct pairs of neighbouring characters, in lower case."""

    function = "anlan_bigrams"
    output_field = ArrayField(TextField())


def bigram_index(name: str, field: str) -> GinIndex:
    """A GIN index over the bigrams of one text column."""
    return GinIndex(BigramsOf(F(field)), name=name, fastupdate=False)


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters of a text, as the database cuts them."""
    low = text.lower()
    return sorted({low[i : i + 2] for i in range(len(low) - 1)})


def lookup(field: str, words: str) -> Q:
    """Rows whose field contains every word typed (空格分开); goes with `.alias(**annotated())`."""
    found = Q()
    for word in words.split():
        if len(word) >= 2:
            found &= Q(**{f"{field}_bigrams__contains": bigrams(word)})
        if len(word) != 2:
            found &= Q(**{f"{field}__icontains": word})
    return found


def mentions(field: str, words: str) -> Q:
    """The same rows as `lookup` finds, by looking into each: for rows that are read anyway."""
    found = Q()
    for word in words.split():
        caseless = word.lower() == word.upper()  # Chinese and figures: no need to fold the text
        found &= Q(**{f"{field}__{'contains' if caseless else 'icontains'}": word})
    return found


def annotated(field: str) -> dict[str, BigramsOf]:
    """What to pass to `.alias()` before `lookup` on the same field."""
    return {f"{field}_bigrams": BigramsOf(F(field))}
