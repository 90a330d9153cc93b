"""What is entered about a body, a post, a person or a charge, and what may be wrong with it.

Each `faults` gives (field, words, mend), worst first; nothing when the facts can be kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from .privacy import MOBILE, plain_phone

Fault = tuple[str, str, str]
_LANDLINE = re.compile(r"(0\d{2,3})?[2-9]\d{6,7}|1\d{2}|1[0-2]\d{3}|9\d{4,5}|[48]00\d{7}")
_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,39}")


@dataclass(frozen=True)
class AreaFacts:
    code: str
    name: str
    since: date
    administrative: bool = True
    remark: str = ""

    def faults(self) -> Iterator[Fault]:
        if not self.name.strip():
            yield "name", "没有填写区域名称", "请填写名称"
        elif len(self.name) > 60:
            yield "name", "区域名称太长", "请控制在 60 字以内"


@dataclass(frozen=True)
class BodyFacts:
    name: str
    kind: str
    short_name: str = ""
    credit_code: str = ""
    sectors: tuple[str, ...] = ()
    duties: str = ""
    address: str = ""
    phone: str = ""
    lon: float | None = None
    lat: float | None = None
    origin: str = ""

    def faults(self) -> Iterator[Fault]:
        if not self.name.strip():
            yield "name", "没有填写单位名称", "请填写营业执照或批文上的全称"
        if self.credit_code and (fault := credit_code_fault(self.credit_code)):
            yield "credit_code", fault, "请对照营业执照核对 18 位统一社会信用代码"
        if self.phone and (fault := phone_fault(self.phone)):
            yield "phone", fault, "请填写 11 位手机号，或带区号的固定电话"
        if (self.lon is None) != (self.lat is None):
            yield "lon", "经度和纬度要么都填，要么都不填", "请补上缺少的一个"


@dataclass(frozen=True)
class PostFacts:
    name: str
    roles: tuple[str, ...] = ()
    phone: str = ""

    def faults(self) -> Iterator[Fault]:
        if not self.name.strip():
            yield "name", "没有填写岗位名称", "请填写，如“泽国镇应急消防管理站站长”"
        if self.phone and (fault := phone_fault(self.phone)):
            yield "phone", fault, "请填写值班电话，固定电话带区号"


@dataclass(frozen=True)
class PersonFacts:
    name: str
    phone: str = ""
    remark: str = ""
    origin: str = ""

    def faults(self) -> Iterator[Fault]:
        if not self.name.strip():
            yield "name", "没有填写姓名", "请填写姓名"
        elif any(sign.isdigit() for sign in self.name):
            yield "name", f"姓名“{self.name}”里有数字", "请填写真实姓名，区分同名的话写在备注里"
        if self.phone and (fault := phone_fault(self.phone)):
            yield "phone", fault, "请填写 11 位手机号，或带区号的固定电话"


@dataclass(frozen=True)
class ChargeFacts:
    """What somebody answers for: the kind, from when to when, and in what words (定责)."""

    kind: str
    since: date
    until: date | None = None
    duty: str = ""
    origin: str = ""

    def faults(self) -> Iterator[Fault]:
        if self.until is not None and self.until <= self.since:
            yield "until", "结束日期不晚于开始日期", "请核对起止日期"


@dataclass(frozen=True)
class GrantFacts:
    """Rights lent: which deeds, where, in which sectors (none: all), why and until when."""

    deeds: tuple[str, ...]
    reason: str
    until: datetime
    sectors: tuple[str, ...] = ()

    def faults(self, *, at: datetime) -> Iterator[Fault]:
        if not self.deeds:
            yield "deeds", "没有选择授权事项", "请至少选择一项"
        if not self.reason.strip():
            yield "reason", "没有填写授权事由", "请写明任务、响应或交叉检查的名称"
        if self.until <= at:
            yield "until", "授权的结束时间已经过去", "请填写今后的时间"


def credit_code_fault(code: str) -> str:
    """Why this is no unified social credit code (统一社会信用代码); empty when it is one."""
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，“{code}”是 {len(code)} 位"
    try:
        uscc.validate(code)
    except ValidationError:
        return f"统一社会信用代码“{code}”校验不通过"
    return ""


def phone_fault(phone: str) -> str:
    """Why this is no telephone number in China; empty when it may be one."""
    bare = plain_phone(phone)
    if MOBILE.fullmatch(bare) or _LANDLINE.fullmatch(bare):
        return ""
    if bare.isdigit() and bare.startswith("1") and len(bare) > 6:
        return f"手机号应为 11 位，“{phone}”是 {len(bare)} 位"
    return f"“{phone}”不像电话号码"


def username_fault(username: str) -> str:
    """Why this cannot be a username; empty when it can."""
    if _USERNAME.fullmatch(username):
        return ""
    return "用户名用小写字母开头，可含小写字母、数字、点、横线，2 到 40 位"
