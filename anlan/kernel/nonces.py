"""One-time numbers of signed requests (一次性编号): what was overheard cannot be sent again."""

from datetime import datetime, timedelta

from django.db import connection

from .models import SpentNonce

# A signature holds for minutes; a number is remembered for as long as it could, and far longer.
KEPT_FOR = timedelta(hours=1)
_SPEND = """
INSERT INTO kernel_spentnonce (scope, nonce, spent_at) VALUES (%s, %s, %s)
ON CONFLICT (scope, nonce) DO NOTHING
"""


def spend(scope: str, nonce: str, *, at: datetime) -> bool:
    """Use a number up (核销编号); no when it was used before.

    In the caller's transaction: whatever fails after it leaves the number unused. Two requests at
    the same moment wait for each other at the constraint, and one of them is told no.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [scope, nonce, at])
        return bool(cursor.rowcount == 1)


def forget_spent(*, at: datetime) -> int:
    """Drop the numbers whose window has long passed (清理编号)."""
    return SpentNonce.objects.filter(spent_at__lt=at - KEPT_FOR).delete()[0]
