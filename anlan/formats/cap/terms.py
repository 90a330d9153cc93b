"""What the values of the standard are called in Chinese, and colours (译名)."""

import re

from .values import Info

WORDS = {
    "Actual": "实际",
    "Exercise": "演习",
    "System": "系统",
    "Test": "测试",
    "Draft": "草稿",
    "Alert": "首发",
    "Update": "更新",
    "Cancel": "解除",
    "Ack": "回执",
    "Error": "退回",
    "Public": "公开",
    "Restricted": "限定范围",
    "Private": "指定收件人",
    "Geo": "地质",
    "Met": "气象",
    "Safety": "公共安全",
    "Security": "治安",
    "Rescue": "救援",
    "Fire": "火灾",
    "Health": "卫生",
    "Env": "环境",
    "Transport": "交通",
    "Infra": "基础设施",
    "CBRNE": "核生化爆",
    "Other": "其他",
    "Shelter": "就地避险",
    "Evacuate": "撤离",
    "Prepare": "做好准备",
    "Execute": "按预案行动",
    "Avoid": "避开",
    "Monitor": "关注后续信息",
    "Assess": "评估",
    "AllClear": "警报解除",
    "None": "无需行动",
    "Immediate": "立即",
    "Expected": "即将（一小时内）",
    "Future": "稍后",
    "Past": "已过去",
    "Unknown": "未知",
    "Extreme": "特别严重",
    "Severe": "严重",
    "Moderate": "较重",
    "Minor": "一般",
    "Observed": "已发生",
    "Likely": "很可能",
    "Possible": "可能",
    "Unlikely": "不太可能",
}
SIGNATURES = {
    "none": "未签名",
    "valid": "有效",
    "unknown_signer": "完好，签名者未列入信任名单",
    "broken": "不成立，拒用",
    "unreadable": "无法核验",
}
_COLOURS = {
    "红": ("红", "紅", "red"),
    "橙": ("橙", "orange"),
    "黄": ("黄", "黃", "yellow"),
    "蓝": ("蓝", "藍", "blue"),
    "白": ("白", "white"),
}
_SIGNAL = re.compile(
    r"([红橙黄蓝白紅黃藍])色(?:[^，。；]{0,12}?(?:预警|信号|警报|警報|警戒|預警))?"
)
_PARAMETERS = ("awareness_level", "alert_color", "colour", "color", "severity_color", "预警级别")


def colour(info: Info) -> str:
    """红 橙 黄 蓝 白 as the issuer says, by parameter or headline; empty when it says none (颜色).

    Never worked out from `severity`: that is another scale.
    """
    for each in info.parameters:
        if each.name.rpartition(":")[2].lower() in _PARAMETERS and (said := _named(each.value)):
            return said
    for text in (info.event, info.headline):
        if found := _SIGNAL.search(text):
            return _named(found[1])
    return ""


def _named(text: str) -> str:
    lowered = text.lower()
    return next(
        (name for name, marks in _COLOURS.items() if any(mark in lowered for mark in marks)), ""
    )
