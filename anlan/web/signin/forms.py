"""A new password of one's own."""

from django import forms
from django.utils.translation import gettext_lazy as _

KEY = {"class": "form-control"}


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        widget=forms.PasswordInput({**KEY, "autocomplete": "current-password"}),
        error_messages={"required": _("请填写现在的密码")},
    )
    new = forms.CharField(
        label=_("新密码"),
        strip=False,
        widget=forms.PasswordInput({**KEY, "autocomplete": "new-password"}),
        help_text=_("至少10位，不要用姓名、账号、电话。一句只有自己知道的话就很好。"),
        error_messages={"required": _("请填写新密码")},
    )
    again = forms.CharField(
        label=_("再输一遍新密码"),
        strip=False,
        widget=forms.PasswordInput({**KEY, "autocomplete": "new-password"}),
        error_messages={"required": _("请再输一遍新密码")},
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("两次输入的新密码不一样"))
        return again
