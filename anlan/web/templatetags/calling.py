"""Tags of the call-up's pages: which world, where a person stands, seconds, a bar of states."""

from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from anlan.callup.models import Answer, Attempt, Called, Callup
from anlan.callup.models.statistics import AnswerTimes
from anlan.callup.rules import Profile
from anlan.figures.rules.rounding import percent
from anlan.kernel.trail import LOCAL
from anlan.web.callups.board import Tally
from anlan.web.callups.ledger import state_tag, world_tag

register = template.Library()
GOOD, BAD = ("DELIVERED", "ANSWERED"), ("DEAD_NUMBER", "FAILED", "NO_ANSWER")
WIDE = 1000  # of the bar's own units


@register.simple_tag
def world(callup: Callup) -> str:
    """实战 or 演练: {% world callup %}."""
    return world_tag(callup.world)


@register.simple_tag
def person_state(called: Called) -> str:
    """Where somebody stands, as shape and word; with the answer where there is one."""
    said = answer_word(called)
    return format_html("{}{}", state_tag(called), f" {said}" if said else "")


@register.simple_tag
def answer_word(called: Called) -> str:
    """What they answered last."""
    return str(Answer.Kind(called.answer).label) if called.answer else ""


@register.simple_tag
def seconds(length: float | None) -> str:
    """45秒, 2分05秒; a dash where nobody answered."""
    if length is None:
        return "—"
    minutes, rest = divmod(round(length), 60)
    return f"{minutes}分{rest:02d}秒" if minutes else f"{rest}秒"


@register.simple_tag
def share(line: AnswerTimes) -> str:
    """Answered of those called, in per cent as the figures round it (GB/T 8170)."""
    found = percent(line.answered, line.people)
    return "—" if found is None else f"{found}%"


@register.simple_tag
def took(called: Called) -> str:
    """How long somebody took to answer."""
    if called.answered_at is None:
        return ""
    return seconds((called.answered_at - called.called_at).total_seconds())


@register.filter
def exact(at: datetime | None) -> str:
    """14:05:31, Beijing time."""
    return at.astimezone(LOCAL).strftime("%H:%M:%S") if at else ""


@register.simple_tag
def outcome_look(attempt: Attempt) -> str:
    """Good, bad or neither: the colour beside the word."""
    return "good" if attempt.outcome in GOOD else "bad" if attempt.outcome in BAD else ""


@register.simple_tag
def bar(tally: Tally) -> SafeString:
    """The states of an area side by side, each as wide as its share."""
    names = ("answered", "calling", "passed_on", "by_hand", "unreached", "stopped")
    pieces, begins = [], 0.0
    for name in names:
        wide = getattr(tally, name) * WIDE / tally.called if tally.called else 0
        pieces.append((name, round(begins, 1), round(wide, 1)))
        begins += wide
    drawn = format_html_join("", '<rect class="{}" x="{}" width="{}" height="10"/>', pieces)
    return format_html(
        '<svg class="state-bar" viewBox="0 0 {} 10" preserveAspectRatio="none" role="img" '
        'aria-label="应答 {}%">{}</svg>',
        WIDE,
        tally.share,
        drawn,
    )


@register.simple_tag
def profile_line(profile: Profile) -> str:
    """短信、语音电话 → 语音电话；3分钟无应答转下一人；4分钟转人工."""
    steps = [
        "、".join(str(Attempt.Channel(each).label) for each in step.channels)
        + (f" ×{step.tries}" if step.tries > 1 else "")
        for step in profile.steps
    ]
    later = [" → ".join(steps)]
    if profile.next:
        later.append(f"{seconds(profile.pass_on_after)}无应答转下一人")
    later.append(f"{seconds(profile.by_hand_after)}转人工")
    return "；".join(later)
