"""What of a person is shown without a right to more (脱敏), and who is told apart how."""

import re
from collections.abc import Iterable

MOBILE = re.compile(r"1\d{10}")


def plain_phone(phone: str) -> str:
    """A number without blanks, hyphens and country code: “+86 138 0000 1234” → 13800001234."""
    bare = re.sub(r"[\s-]", "", phone)
    return re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", bare) if len(bare) > 11 else bare


def mask_phone(phone: str) -> str:
    """138****1234; of a landline only the last two digits: ******23."""
    if not phone:
        return ""
    if MOBILE.fullmatch(plain_phone(phone)):
        bare = plain_phone(phone)
        return f"{bare[:3]}****{bare[-4:]}"
    shown = 2 if len(phone) > 4 else 0
    return "*" * (len(phone) - shown) + phone[len(phone) - shown :]


def mask_identity(number: str) -> str:
    """331081********1234: district and the last four digits of an identity number."""
    if len(number) <= 10:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_name(name: str) -> str:
    """王*, 欧阳**: the family name alone, for lists that the public reads."""
    return name[:1] + "*" * (len(name) - 1)


def remark_needed(remark: str, *, namesakes: Iterable[str]) -> str:
    """Why this remark does not tell a person apart from namesakes in the same unit; "" if it does.

    `namesakes` are the remarks of the others, an empty one included.
    """
    others = list(namesakes)
    if not others:
        return ""
    if not remark:
        return "本单位已有同名人员，请填写备注加以区分，如“综合科”“男，1980年生”"
    if remark in others:
        return f"本单位已有同名且备注同为“{remark}”的人员"
    return ""


# --- passwords --------------------------------------------------------------------------------

DEMO_PASSWORD = "anlan-demo-2024"
LEAST_PASSWORD = 10


def password_faults(password: str, *, username: str, name: str, phone: str) -> list[str]:
    """What is wrong with a new password, each as a sentence; empty when it can be used."""
    low = password.lower()
    faults = []
    if len(password) < LEAST_PASSWORD:
        faults.append(f"密码至少 {LEAST_PASSWORD} 位，现在只有 {len(password)} 位")
    if username and username.lower() in low:
        faults.append("密码里不能含有用户名")
    if name and name in password:
        faults.append("密码里不能含有本人姓名")
    if len(phone) >= 6 and (phone in password or phone[-6:] in password):
        faults.append("密码里不能含有本人电话号码")
    if low == DEMO_PASSWORD:
        faults.append("这是演示密码，人人知道，不能用于正式账号")
    if len(set(password)) < 5:
        faults.append("密码用到的字符太少，请至少用 5 种不同的字符")
    return faults
