"""Entering a matter at the desk: one's own, or what somebody else said or wrote (登记、代录)."""

from typing import Any, BinaryIO, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.kernel import files
from anlan.kernel.errors import Forbidden, Refused
from anlan.matters import access, actions
from anlan.matters.actions import Contact, Finding, Shown
from anlan.matters.models import Evidence, Matter, Source
from anlan.matters.models.kinds import kinds
from anlan.people.access import bodies_visible_to, persons_visible_to
from anlan.people.models import Area, Body, Person
from anlan.web.field.reference import areas_here, grouped, label_of
from anlan.web.field.reporting import source_of, sources_for
from anlan.web.requests import Request

from .fields import FilesField, MomentField, clause_choices
from .views import the_matter


class FindingForm(forms.Form):
    """What was found, by whom, where."""

    kind = forms.ChoiceField(label=_("种类"))
    title = forms.CharField(label=_("标题"), max_length=120)
    area = forms.ChoiceField(label=_("所在区域"))
    place = forms.CharField(label=_("具体位置"), max_length=160, required=False)
    body = forms.CharField(
        label=_("单位"), max_length=100, required=False, help_text=_("全称或简称，没有可不填。")
    )
    clause = forms.ChoiceField(label=_("判定条款"), required=False)
    source = forms.ChoiceField(label=_("来源"))
    found_at = MomentField(label=_("发现时间"), required=False, help_text=_("不填就是现在。"))
    description = forms.CharField(
        label=_("情况说明"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    on_behalf_of = forms.CharField(
        label=_("代谁录入"),
        max_length=60,
        required=False,
        help_text=_("别人口头或书面报来的，写对方姓名；两个人的名字都会留痕。"),
    )
    contact_name = forms.CharField(
        label=_("来电人"), max_length=40, required=False, help_text=_("群众举报填写，加密保存。")
    )
    contact_phone = forms.CharField(label=_("来电号码"), max_length=30, required=False)
    evidence = FilesField(label=_("照片、材料"), required=False)

    def __init__(self, data: Any = None, *, request: Request, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.request = request
        allowed = [k for k in kinds().values() if "report" in k.moves and _may(request, k.key)]
        if not allowed:
            raise Forbidden("您没有登记事项的权限", mend="如确属您的职责，请联系本级管理员核对岗位")
        self._choices("kind", [(kind.key, kind.label) for kind in allowed])
        self._choices("clause", clause_choices())
        sources = sources_for(source_of(request))
        self._choices("source", [(key, Source(key).label) for key in sources])
        areas = grouped(areas_here(request.scope, request.at))
        offered = [(above, [(a.code, label_of(a)) for a in some]) for above, some in areas]
        self._choices("area", [("", _("请选择")), *offered])
        for name, field in self.fields.items():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
            field.widget.attrs["id"] = f"deed-{name}"
            field.error_messages["required"] = str(_("请填写%s")) % field.label

    def _choices(self, name: str, choices: Any) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_area(self) -> Area:
        return Area.objects.get(code=self.cleaned_data["area"], valid_to=None)

    def clean_body(self) -> Body | None:
        name = self.cleaned_data["body"].strip()
        if not name:
            return None
        seen = bodies_visible_to(self.request.scope)
        found = list(seen.filter(name=name)[:2]) or list(seen.filter(short_name=name)[:2])
        if len(found) != 1:
            raise ValidationError(
                _t("没有找到这家单位，请核对全称；名录里没有的，写在“具体位置”里")
            )
        return found[0]

    def clean_on_behalf_of(self) -> Person | None:
        name = self.cleaned_data["on_behalf_of"].strip()
        if not name:
            return None
        seen = persons_visible_to(self.request.scope).matching(name)[:6]
        named = [p for p in seen if name in (p.name, p.told_apart())]
        if len(named) != 1:
            offered = "；".join(person.told_apart() for person in (named or seen))
            raise ValidationError(_t("请写清是哪一位：%s") % (offered or _t("名录里没有此人")))
        return named[0]

    def finding(self) -> Finding:
        wanted = ("kind", "title", "area", "place", "body", "clause", "source", "found_at")
        given = {name: self.cleaned_data[name] for name in (*wanted, "description")}
        who = self.cleaned_data["contact_name"].strip(), self.cleaned_data["contact_phone"].strip()
        return Finding(**given, contact=Contact(*who) if any(who) else None)


def _may(request: Request, kind: str) -> bool:
    return access.may_open(request.scope, kind)


class Enter(View):
    """Enter a new matter (登记)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = cast(Request, request)
        first = {"kind": request.GET.get("kind", "hazard"), "source": source_of(asked)}
        return _page(asked, FindingForm(request=asked, initial=first))

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = cast(Request, request)
        form = FindingForm(request.POST, request=asked)
        if form.is_valid():
            try:
                matter = _enter(asked, form)
            except Refused as no:
                form.add_error(no.field if no.field in form.fields else None, str(no))
            else:
                words = (
                    _t("已存草稿：%s") if matter.stage == Matter.Stage.DRAFT else _t("已上报：%s")
                )
                messages.success(request, words % matter.number)
                return redirect(f"/matters/{matter.number}/")
        return _page(asked, form, status=422)


def _enter(request: Request, form: FindingForm) -> Matter:
    finding, other = form.finding(), form.cleaned_data["on_behalf_of"]
    by, at = request.person, request.at
    if "draft" in request.POST:
        return actions.draft(finding, on_behalf_of=other, by=by, at=at)
    shown = _shown(request)
    return actions.report(finding, evidence=shown, on_behalf_of=other, by=by, at=at)


def _shown(request: Request) -> list[Shown]:
    given = request.FILES.getlist("evidence")
    kept = [
        files.keep(cast(BinaryIO, file), name=file.name or "", by=request.person, at=request.at)
        for file in given
    ]
    return [Shown(file, Evidence.Phase.FOUND) for file in kept]


class Edit(View):
    """Write a draft anew (修改草稿)."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        asked = cast(Request, request)
        matter = _my_draft(asked, number)
        return _page(asked, FindingForm(request=asked, initial=_initial(matter)), matter)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        asked = cast(Request, request)
        matter = _my_draft(asked, number)
        form = FindingForm(request.POST, request=asked)
        if form.is_valid():
            try:
                actions.edit(matter, finding=form.finding(), by=asked.person, at=asked.at)
            except Refused as no:
                form.add_error(no.field if no.field in form.fields else None, str(no))
            else:
                messages.success(request, _t("草稿已改好：%s") % number)
                return redirect(f"/matters/{number}/")
        return _page(asked, form, matter, status=422)


def _my_draft(request: Request, number: str) -> Matter:
    matter = the_matter(request, number)
    if matter.stage != Matter.Stage.DRAFT:
        raise Http404
    return matter


def _initial(matter: Matter) -> dict[str, Any]:
    kept = ("kind", "title", "place", "clause", "source", "description", "found_at")
    given = {name: getattr(matter, name) for name in kept}
    other = matter.on_behalf_of
    return {
        **given,
        "area": matter.area.code,
        "body": matter.body.name if matter.body else "",
        "on_behalf_of": other.told_apart() if other else "",
    }


def _page(
    request: Request, form: FindingForm, matter: Matter | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "matter/enter.html", {"form": form, "matter": matter}, status=status)
