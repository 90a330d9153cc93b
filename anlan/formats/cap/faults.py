"""What is wrong with a message, by name (差错).

A grave fault (致命) leaves in doubt what is said, by whom, when, where or to whom: the message
may not be acted on. A note (提示) departs from the standard in a way that can be read only one
way. docs/howto/cap.md lists them; ADR 9 says why the line runs where it does.
"""

from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_TWINS = 2000


class Kind(Enum):
    """A fault's name, whether it is grave, and what it says."""

    # the file
    NOT_XML = "not_xml", True, "不是 XML 文件（{detail}）"
    WEB_PAGE = "web_page", True, "是网页，不是 CAP 报文（多半取到了出错或登录的页面）"
    NOT_WELL_FORMED = "not_well_formed", True, "XML 不完整或有语法错误：{detail}"
    NOT_CAP = "not_cap", True, "是 XML，但里面没有 CAP 报文"
    DOCTYPE = "doctype", True, "含有 DOCTYPE 声明（可夹带实体炸弹或外部实体），拒绝解析"
    TOO_LARGE = "too_large", True, "文件过大：{detail}"
    INCLUDES = "includes", True, "要从别处取来内容（XInclude），拒用"
    TOO_DEEP = "too_deep", True, "元素嵌套过深或过多：{detail}"
    ENCODING = "encoding", False, "实际编码与声明不符：声明 {declared}，按 {used} 读取"
    READER_FAILED = "reader_failed", True, "判定程序读这个文件时出错，按不可用处理：{detail}"
    UNREADABLE_TEXT = "unreadable_text", True, "无法识别文件的字符编码"
    # the envelope
    WRONG_NAMESPACE = "wrong_namespace", True, "命名空间「{value}」不是 CAP 1.1 或 1.2"
    MISSING = "missing", True, "缺少必填项 {name}"
    EMPTY = "empty", True, "必填项 {name} 是空的"
    REPEATED = "repeated", True, "{name} 出现多次且内容不同"
    SAID_TWICE = "said_twice", False, "{name} 重复出现，内容相同"
    UNKNOWN_VALUE = "unknown_value", True, "{name} 的取值「{value}」不在标准之列"
    VALUE_FORM = "value_form", False, "{name} 写作「{value}」，按标准值 {meant} 读取"
    UNNAMEABLE = "unnameable", True, "{name}「{value}」含有逗号、< 或 &，无法被后续报文引用"
    SPACES_IN_NAME = "spaces_in_name", False, "{name}「{value}」含有空格，标准不允许"
    UNKNOWN_ELEMENT = "unknown_element", False, "标准里没有的元素 {name}，已忽略"
    MIXED_NAMESPACES = "mixed_namespaces", True, "{name} 不在报文的命名空间里，算不算报文内容不明"
    MARKUP_IN_TEXT = "markup_in_text", False, "{name} 里夹有标记，只取文字"
    SCHEMA = "schema", False, "不符合 OASIS 结构定义：{detail}"
    RESTRICTION_MISSING = "restriction_missing", True, "scope 为 Restricted，却没有写明发布限制"
    ADDRESSES_MISSING = "addresses_missing", True, "scope 为 Private，却没有写明收件人"
    NOT_FOR_USE = "not_for_use", True, "status 为 {value}，标准规定不得据以行动"
    # references
    REFERENCE_MISSING = "reference_missing", True, "{value} 没有写明所针对的报文（references）"
    REFERENCE_UNREADABLE = "reference_unreadable", False, "references 中「{value}」无法识别"
    REFERENCE_TO_ITSELF = "reference_to_itself", True, "只引用了自己，没有写明针对哪一份"
    REFERENCE_TO_ITSELF_TOO = "reference_to_itself_too", False, "引用里夹有报文自己，已忽略"
    REFERENCE_TO_LATER = "reference_to_later", True, "引用的报文「{value}」比本报文还晚"
    REFERENCE_SENDER = "reference_sender", False, "引用的报文来自另一发布者「{value}」，请核对"
    IDENTIFIER_REUSED = "identifier_reused", False, "沿用了所引用报文的标识，标准要求唯一"
    # times
    TIME_UNREADABLE = "time_unreadable", True, "{name} 的时间「{value}」无法识别"
    TIME_WITHOUT_ZONE = "time_without_zone", True, "{name} 的时间「{value}」没有时区"
    TIME_FORM = "time_form", False, "{name} 的时间「{value}」写法不合标准，含义明确"
    EXPIRED_WHEN_SENT = "expired_when_sent", True, "失效时间早于发布或生效时间，从未有效"
    EXPIRES_EARLY = "expires_early", False, "失效时间早于发布时间"
    EXPIRES_BEFORE_ONSET = "expires_before_onset", False, "失效时间早于预计开始时间，失效前应有更新"
    NO_EXPIRY = "no_expiry", False, "没有失效时间"
    # the event
    NO_INFO = "no_info", False, "没有 info，未说明发生了什么"
    NO_AREA = "no_area", False, "没有 area，未说明影响区域"
    LANGUAGE = "language", False, "语言代码「{value}」不合规范"
    LANGUAGES_DIFFER = "languages_differ", False, "各语言版本的{name}不一致，请核对"
    # places
    POLYGON_UNREADABLE = "polygon_unreadable", True, "多边形坐标无法识别：{value}"
    POLYGON_FORM = "polygon_form", False, "范围的坐标写法不合标准，含义明确"
    POLYGON_OPEN = "polygon_open", True, "多边形没有闭合"
    POLYGON_CROSSES = "polygon_crosses", True, "多边形自相交，圈定范围不明"
    POLYGON_TOUCHES = "polygon_touches", False, "多边形边界有细小自相交，使用时已修正"
    POLYGON_FLAT = "polygon_flat", True, "多边形没有面积（不足三个不同的点）"
    POLYGON_LONG = "polygon_long", False, "多边形有 {value} 个顶点，使用时简化"
    POLYGON_HUGE = "polygon_huge", True, "多边形过长（{value} 个字符），拒绝解析"
    COORDINATES_SWAPPED = "coordinates_swapped", True, "坐标似为经度在前（应为纬度,经度）：{value}"
    COORDINATES_OUTSIDE = "coordinates_outside", True, "坐标超出地球范围：{value}"
    CIRCLE_UNREADABLE = "circle_unreadable", True, "圆形区域无法识别：{value}"
    PLACE_EMPTY = "place_empty", False, "{name} 是空的，已忽略"
    PLACE_LEFT = "place_left", False, "{detail}；该区域另有可用的范围，已略去此处"
    CEILING = "ceiling", False, "高度范围不合理（ceiling 低于 altitude 或单独出现）"
    NUMBER_UNREADABLE = "number_unreadable", False, "{name}「{value}」不是数字，已忽略"
    # resources and signatures
    RESOURCE_DIGEST = "resource_digest", True, "附件「{value}」与其摘要不符，可能被改动"
    RESOURCE_SIZE = "resource_size", False, "附件「{value}」不完整，或大小与写明的不符"
    SIGNATURE_BROKEN = "signature_broken", True, "数字签名不成立：{detail}"
    SIGNATURE_UNKNOWN = "signature_unknown", False, "签名完好，但签名者「{value}」未列入信任名单"
    SIGNATURE_UNREADABLE = "signature_unreadable", False, "数字签名无法核验：{detail}"
    SIGNATURE_WEAK = "signature_weak", False, "数字签名使用已不安全的算法 {value}"
    # feeds
    ENTRY_WITHOUT_ALERT = "entry_without_alert", True, "条目「{value}」既没有报文也没有链接"
    OUTSIDE_ENTRY = "outside_entry", False, "报文不在任何条目里"
    FEED_PART_MISSING = "feed_part_missing", False, "订阅源缺少 {name}"
    EMBEDDED_UNREADABLE = "embedded_unreadable", True, "条目内嵌的报文无法读取：{detail}"

    def __init__(self, key: str, grave: bool, says: str) -> None:
        self.key = key
        self.grave = grave
        self.says = says

    def said(self, **said: object) -> str:
        """What it says of these values; long ones are cut."""
        return self.says.format(**{name: _short(value) for name, value in said.items()})

    def at(self, node: "_Element | None" = None, *, element: str = "", **said: object) -> "Fault":
        """This fault, found at this element."""
        words = self.said(**said)
        where = element or (path_of(node) if node is not None else "")
        return Fault(self.key, words, self.grave, line_of(node), where)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where (差错)."""

    name: str
    words: str
    grave: bool
    line: int | None = None
    element: str = ""

    @property
    def shown(self) -> str:
        """One line for people."""
        place = "、".join(
            part for part in (f"第 {self.line} 行" if self.line else "", self.element) if part
        )
        mark = "✗" if self.grave else "·"
        return f"{mark} {self.words}" + (f"（{place}）" if place else "")


def path_of(node: "_Element") -> str:
    """Where an element stands, in words of the standard: alert/info[2]/area/polygon[3]."""
    steps = []
    at: _Element | None = node
    while at is not None and isinstance(at.tag, str):
        if local(at) == "alert":  # by its line it is found among others, and without counting them
            steps.append("alert")
            break
        before = sum(1 for _ in islice(at.itersiblings(at.tag, preceding=True), _MOST_TWINS))
        alone = not before and next(at.itersiblings(at.tag), None) is None
        steps.append(local(at) + ("" if alone else f"[{before + 1}]"))
        at = at.getparent()
    return "/".join(reversed(steps))


def line_of(node: "_Element | None") -> int | None:
    """The line an element begins in."""
    return cast("int | None", node.sourceline) if node is not None else None


def local(node: "_Element") -> str:
    """An element's name without its namespace."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:77]}…"
