"""Whether a message is built as OASIS says (结构校验): the schemas of CAP 1.1 and 1.2."""

import copy
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import cast

from lxml import etree

from .elements import SIGNATURE
from .faults import Fault, Kind, local

_SCHEMAS = Path(__file__).parent / "schema"
_MOST = 12
_SAID = {
    "SCHEMAV_ELEMENT_CONTENT": "{name} 多余、缺少子项或次序不对",
    "SCHEMAV_CVC_ENUMERATION_VALID": "{name} 的取值不在标准之列",
    "SCHEMAV_CVC_PATTERN_VALID": "{name} 的写法不合标准",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "{name} 的值类型不对",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "{name} 有标准之外的属性",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "{name} 里夹有文字",
    "SCHEMAV_CVC_TYPE_3_1_2": "{name} 里夹有子元素",
    "SCHEMAV_CVC_TYPE_3_1_1": "{name} 有标准之外的属性",
}
_FOLLOWING = ("SCHEMAV_CVC_TYPE_3_1_3",)  # says again that a value of the list above was wrong


def check(alert: etree._Element, version: str) -> tuple[bool, tuple[Fault, ...]]:
    """Whether the element keeps to the schema of its version, and where it does not."""
    schema = _schema(version)
    if version == "1.1" and _signatures(alert):
        # CAP 1.1 §3.3.2 allows an enveloped signature; its schema forgot it.
        alert = copy.deepcopy(alert)
        for signature in _signatures(alert):
            alert.remove(signature)
    if schema.validate(alert):
        return True, ()
    faults: dict[tuple[int, str], Fault] = {}
    for entry in cast("Iterable[etree._LogEntry]", schema.error_log):
        if entry.type_name in _FOLLOWING or len(faults) == _MOST:
            continue
        name = (entry.message.split("'")[1:2] or ["alert"])[0].rpartition("}")[2]
        words = _SAID.get(entry.type_name, "{name} 不合结构").format(name=name)
        made = Kind.SCHEMA.at(detail=words)
        faults.setdefault(
            (entry.line, words), Fault(made.name, made.words, made.grave, entry.line, name)
        )
    return False, tuple(faults.values())


def valid(xml: bytes) -> tuple[Fault, ...]:
    """What the schema of CAP 1.2 says against a document of our own."""
    return check(etree.fromstring(xml, etree.XMLParser(resolve_entities=False)), "1.2")[1]


@cache
def _schema(version: str) -> etree.XMLSchema:
    path = _SCHEMAS / f"CAP-v{version}.xsd"
    return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True)))


def _signatures(alert: etree._Element) -> list[etree._Element]:
    return [
        child
        for child in alert.iterchildren(etree.Element)
        if etree.QName(child).namespace == SIGNATURE and local(child) == "Signature"
    ]
