"""Telephones are masked, namesakes told apart, weak passwords named."""

import pytest

from anlan.people.rules import facts, privacy


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800001234", "138****1234"),
        ("+86 138-0000-1234", "138****1234"),
        ("0576-86012345", "***********45"),
        ("119", "***"),
        ("", ""),
    ],
)
def test_a_phone_is_masked(phone, shown):
    assert privacy.mask_phone(phone) == shown


def test_masks_hide_the_middle_of_what_is_personal():
    assert privacy.mask_identity("331081198001011234") == "331081********1234"
    assert privacy.mask_identity("12345") == "*****"
    assert privacy.mask_name("王芳") == "王*"


def test_a_second_wang_fang_in_the_same_unit_needs_a_remark():
    assert privacy.remark_needed("", namesakes=[]) == ""
    assert "请填写备注" in privacy.remark_needed("", namesakes=[""])
    assert "备注同为“综合科”" in privacy.remark_needed("综合科", namesakes=["", "综合科"])
    assert privacy.remark_needed("执法队", namesakes=["", "综合科"]) == ""


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short1!", "至少 10 位"),
        ("my-WangF-2026", "用户名"),
        ("王芳的好密码1234", "姓名"),
        ("tel13800000004", "电话"),
        ("x000004xyzabc", "电话"),
        ("anlan-demo-2024", "演示密码"),
        ("aaaabbbbaaaa", "字符太少"),
    ],
)
def test_a_weak_password_is_told_why(password, said):
    faults = privacy.password_faults(password, username="wangf", name="王芳", phone="13800000004")
    assert any(said in fault for fault in faults)


def test_a_good_password_has_no_faults():
    good = "潮位-警戒 3.8m river"
    assert not privacy.password_faults(good, username="wangf", name="王芳", phone="13800000004")


@pytest.mark.parametrize(
    "phone", ["13800001234", "0576-86012345", "86012345", "119", "12350", "400-800-1234"]
)
def test_numbers_that_ring_somewhere_are_taken(phone):
    assert facts.phone_fault(phone) == ""


@pytest.mark.parametrize(
    ("phone", "said"),
    [("1380000123", "11 位"), ("138000012345", "11 位"), ("泽国镇", "不像电话号码")],
)
def test_numbers_that_ring_nowhere_are_not(phone, said):
    assert said in facts.phone_fault(phone)


def test_a_credit_code_is_checked_by_its_own_digit():
    assert facts.credit_code_fault("91110000600037341L") == ""
    assert "校验不通过" in facts.credit_code_fault("91110000600037341M")
    assert "17 位" in facts.credit_code_fault("9111000060003734L")
