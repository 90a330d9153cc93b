"""How long until they answer, worked out beforehand: a fluid model of one queue and N voice lines.

Second by second, with shares instead of people. A message is answered by G(t) of those who would;
the voice lines take people in order of danger and skip those who have answered meanwhile, so that
the head of the queue moves on by N / (seconds a person costs × share that still needs the call).
Second calls after T1 and the leaders after T2 go before those who wait, as their rank does.
"""

from dataclasses import dataclass
from math import erf, exp, log, sqrt

from anlan.wiring.lines import Behaviour

SPREAD = 0.8  # sigma of the lognormal times people take, as the simulated people have it
DIALLING, DELIVERY = 4.0, 3.5
HEARD = 0.65  # of what is said, when the key is pressed
DAY = 86_400
LONGEST_THOUGHT = 7200  # seconds: nobody answers a message later than that


@dataclass(frozen=True)
class Given:
    """What is known before anybody is called."""

    people: int
    leaders: int
    lines: int
    behaviour: Behaviour
    accounts: float  # share with the app
    again_after: int = 90  # T1
    pass_on_after: int = 180  # T2


def predict(given: Given) -> dict[str, float]:
    """Seconds until half, 95 % and all of those who will ever answer have answered."""
    curve = _answers(given)
    total, reached, found = sum(curve), 0.0, dict[str, float]()
    wanted = [("p50_s", total * 0.5), ("p95_s", total * 0.95), ("all_s", total - 0.5)]
    for second, count in enumerate(curve):
        reached += count
        while wanted and reached >= wanted[0][1]:
            found[wanted.pop(0)[0]] = float(second)
    return {"answered": round(total), **found}


def _answers(given: Given) -> list[float]:
    """How many answer in each second."""
    how, curve = given.behaviour, [0.0] * DAY
    willing, silent = (1 - how.dead) * (1 - how.silent), (1 - how.dead) * how.silent
    picked_up = DIALLING + _mean_ring(how)
    costs_willing, costs_silent = picked_up + how.talk, DIALLING + how.rings_out
    on_the_phone = given.people * (1 - how.dead)  # a dead number is known from its SMS in seconds
    head, before, called_by = 0.0, 0.0, list[float]()
    for second in range(DAY - 200):
        if head >= on_the_phone - 0.5 and second > LONGEST_THOUGHT:
            break  # everybody was called, and who would answer a message has
        open_ = 1 - _by_message(given, second)
        if second == given.again_after:
            done = called_by[max(0, second - int(costs_silent))] / (1 - how.dead)
            before += done * (silent * costs_silent + willing * how.loss * open_ * costs_willing)
        if second == given.pass_on_after:
            before += given.leaders * (willing * costs_willing + silent * costs_silent)
        share = willing / (willing + silent)
        costs = share * open_ * ((1 - how.loss) * costs_willing + how.loss * DIALLING)
        costs += (1 - share) * costs_silent
        able = _able(given.lines, second, costs)
        left, before = max(0.0, able - before), max(0.0, before - able)
        step = min(left / costs, on_the_phone - head)
        answering = int(second + picked_up + HEARD * how.talk)
        curve[answering] += step * share * open_ * (1 - how.loss)
        _messages(given, curve, second, waiting=(on_the_phone - head) * share)
        head += step
        called_by.append(head)
    return curve


def _able(lines: int, second: int, costs: float) -> float:
    """Seconds of line time that fall free: all lines at the start, then none until calls end."""
    if second == 0:
        return lines * costs
    return float(lines) if second >= costs else 0.0


def _messages(given: Given, curve: list[float], second: int, *, waiting: float) -> None:
    """Those who answer a message in this second, before their call came; and by app alone."""
    how = given.behaviour
    curve[second] += waiting * (_by_message(given, second + 1) - _by_message(given, second))
    dead = given.people * how.dead * (1 - how.silent) * given.accounts
    now, then = (_by_app(how, second + n) for n in (0, 1))
    curve[second] += dead * (then - now)


def _by_message(given: Given, second: float) -> float:
    """The share of the willing who have answered a message by then."""
    how = given.behaviour
    by_sms = how.by_sms * (1 - how.loss) * _lognormal(second - DELIVERY, how.reply_after)
    return 1 - (1 - by_sms) * (1 - given.accounts * _by_app(how, second))


def _by_app(how: Behaviour, second: float) -> float:
    return how.by_app * (1 - how.loss) * _lognormal(second - DELIVERY, how.read_after)


def _lognormal(seconds: float, median: float) -> float:
    if seconds <= 0:
        return 0.0
    return 0.5 * (1 + erf(log(seconds / median) / (SPREAD * sqrt(2))))


def _mean_ring(how: Behaviour) -> float:
    """The mean of a lognormal time that is cut off when the phone stops ringing."""
    if how.rings_out <= 0:
        return 0.0
    cut = log(how.rings_out / how.ring) / SPREAD
    below = how.ring * exp(SPREAD**2 / 2) * 0.5 * (1 + erf((cut - SPREAD) / sqrt(2)))
    above = how.rings_out * 0.5 * (1 - erf(cut / sqrt(2)))
    return below + above
