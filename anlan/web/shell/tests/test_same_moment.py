"""Two people enter the same at the same moment: one is in, the other is told."""

from django.db import transaction

from anlan.people import actions
from anlan.people.models import Body


def test_the_second_is_told_and_nothing_breaks(chair, district, monkeypatch):
    desk = chair(district.ma_admin)
    form = {"name": "泽国新厂", "kind": "ENTERPRISE", "credit_code": "91331081MA2DTEST0X"}

    @transaction.atomic
    def both_looked_before_either_wrote(facts, *, area, by, at, parent=None):
        for _ in range(2):
            Body.objects.create(
                name=facts.name, kind=facts.kind, area=area, area_path=area.path,
                credit_code=facts.credit_code,
            )  # fmt: skip

    monkeypatch.setattr(actions, "register_body", both_looked_before_either_wrote)
    answer = desk.post(f"/settings/areas/{district.zeguo.code}/register_body/", form)

    assert answer.status_code == 409
    assert "刚刚有人做了同样的登记" in answer.content.decode()
