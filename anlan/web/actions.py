"""How one keeps one's own views. They concern nobody else: no trail, nothing announced."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from anlan.kernel.errors import Invalid
from anlan.people.models import Person

from .models import SavedView

MOST = 12


@transaction.atomic
def keep_view(*, ledger: str, name: str, query: str, by: Person, at: datetime) -> SavedView:
    """Keep a list as a tab of one's own (保存视图); a name used before is overwritten."""
    name = name.strip()
    if not name:
        raise Invalid("视图还没有名称", mend="请填写一个短名称，例如“我的镇逾期”。", field="name")
    if len(name) > 20:
        raise Invalid("视图名称过长", mend="请控制在 20 个字以内。", field="name")
    if len(query) > 1500:
        raise Invalid("筛选条件过多，不能保存为视图", mend="请减少条件后再保存。", field="name")
    mine = SavedView.objects.filter(person=by, ledger=ledger)
    if mine.exclude(name=name).count() >= MOST:
        raise Invalid(f"每个台账最多保存 {MOST} 个视图", mend="请先删除不用的视图。", field="name")
    last = mine.aggregate(last=Max("position"))["last"] or 0
    view, _ = SavedView.objects.update_or_create(
        person=by,
        ledger=ledger,
        name=name,
        defaults={"query": query},
        create_defaults={"query": query, "position": last + 1},
    )
    return view


@transaction.atomic
def drop_view(view: SavedView, *, by: Person, at: datetime) -> None:
    """Throw a tab of one's own away (删除视图)."""
    if view.person_id != by.pk:
        raise Invalid("只能删除自己的视图")
    view.delete()
