"""What the streams of the bench are called by those who know words only."""

HOST = "bench"
METRIC = "bench_level"


def key_of(number: int) -> str:
    """The name of a stream; all of one length."""
    return f"s{number:06d}"
