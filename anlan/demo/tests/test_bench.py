"""What a bench prints where it did not measure."""

from anlan.demo.bench.callup.run import MOST_NIGHTS, _worst


def test_a_crowd_too_large_to_answer_is_not_said_to_be_accounted_for():
    worst = _worst({})
    assert worst["accounted"] is None
    assert str(MOST_NIGHTS) in worst["accounted_why"]
