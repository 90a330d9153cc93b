"""From bytes to an XML tree that cannot hurt (安全解析).

Calm about noise: byte order marks, blanks before the declaration, encodings that are not what
they are said to be. No document type, no entities, no network, nothing nested or multiplied
without end; what is refused is refused before a parser sees it.
"""

import codecs
import re
from dataclasses import dataclass

from lxml import etree

from .faults import Fault, Kind

MOST_BYTES = 4_000_000
_MOST_TAGS = 70_000  # a node takes some 120 bytes, and so does the text behind it
_MOST_TEXT = 1_000_000  # bytes between two tags
_LONG = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:derefUri|polygon)[\s>]")
_MOST_ATTRIBUTES = 40_000
_CHUNK = 1 << 16
_BLANKS = b" \t\r\n\x00\x1a\x0b\x0c\xef\xbb\xbf"  # byte order marks come twice, and late, too
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
    (b"<\x00a\x00", "utf-16-le"),
    (b"\x00<\x00a", "utf-16-be"),
)
_DECLARATION = re.compile(rb"^<\?xml\s[^>]{0,300}\?>")
_DECLARED = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ROOT = re.compile(rb"<(?![?!/])(?:[\w.-]{1,40}:)?([\w.-]{1,60})")
_ATTRIBUTE = re.compile(rb"""=\s*["']""")
_CHINESE = ("gb2312", "gbk", "gb18030", "cp936")
# Only these: others that Python knows (punycode, idna) take quadratic time, or are no text at all.
_OTHERS = re.compile(
    r"iso-?8859-?\d{1,2}|latin-?\d{1,2}|windows-\d{3,4}|cp\d{3,5}|big5(-?hkscs)?|shift[_-]jis|sjis"
    r"|euc[_-](jp|kr)|ks_c_5601-1987|koi8-[ru]|tis-?620|macintosh"
)
_UNASSIGNED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")  # no letters in cp1252
_SAMPLE, _MOSTLY = 200_000, 0.75
_CHINESE_BOOKS = (
    ("gb18030", "gb2312", bytes(range(0xB0, 0xD8))),  # the first level of each: everyday characters
    ("big5", "big5", bytes(range(0xA4, 0xC7))),
)
_ASCII = re.compile("[\\x00-\\x7f]+")
_HAN = re.compile("[\u4e00-\u9fff]+")
_MARKS_OF_CHINESE = re.compile("[\u3000-\u303f\uff00-\uffef·—…“”‘’℃]")
_PUNCTUATION = "‘’“”–—…°€£«»·§\xa0"
_HIGH = re.compile(rb"[\x80-\xff]+")
_SPACE = re.compile(rb"[ \t\r\n]*")


_NATURES = (
    (b"\x1f\x8b", "是 gzip 压缩文件，请先解压"),
    (b"PK\x03\x04", "是 zip 压缩文件，请先解压"),
    (b"%PDF", "是 PDF 文件"),
    (b"-----BEGIN", "是证书或密钥"),
    (b"{", "是 JSON"),
    (b"[", "是 JSON"),
)


class Unreadable(Exception):
    """The file is not to be parsed; `fault` says why, `root` what it pretends to be."""

    def __init__(self, fault: Fault, root: str = "") -> None:
        super().__init__(fault.words)
        self.fault = fault
        self.root = root


@dataclass(frozen=True)
class Source:
    """A file as UTF-8 without declaration, still with its lines where they were."""

    content: bytes
    faults: tuple[Fault, ...] = ()

    def tree(self, *, comments: bool = False) -> etree._Element:
        """The root. Comments are left out: they can cut a word in two before a reader's eyes."""
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=not comments,
            remove_pis=not comments,
            encoding="utf-8",
        )
        try:
            root = etree.fromstring(self.content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable(_syntax(error), root_of(self.content)) from error
        information = root.getroottree().docinfo
        if information.internalDTD is not None or information.externalDTD is not None:
            raise Unreadable(Kind.DOCTYPE.at(), root_of(self.content))
        return root


def opened(raw: bytes) -> Source:
    """The text of a file, made safe to parse, or Unreadable."""
    if len(raw) > MOST_BYTES:
        size = f"{len(raw) / 1e6:.0f} MB，上限 {MOST_BYTES / 1e6:.0f} MB"
        raise Unreadable(Kind.TOO_LARGE.at(detail=size), root_of(raw[:4000]))
    if nature := _nature(raw):
        raise Unreadable(Kind.NOT_XML.at(detail=nature))
    content, faults = _as_utf8(raw)
    if not content.startswith(b"<"):
        raise Unreadable(Kind.NOT_XML.at(detail="开头不是 <"))
    if root_of(content).lower() == "html":
        raise Unreadable(Kind.WEB_PAGE.at(), "html")
    _refuse_traps(content)
    return Source(content, faults)


def _nature(raw: bytes) -> str:
    """What a file is that is plainly no XML."""
    head = raw[:4000].strip(_BLANKS)
    if not head:
        return "" if raw.strip(_BLANKS) else "文件是空的"
    return next((words for mark, words in _NATURES if head.startswith(mark)), "")


def root_of(content: bytes) -> str:
    """The name of the first element, for a file that is not parsed."""
    found = _ROOT.search(content[:200_000])
    return found[1].decode("ascii", "replace") if found else ""


def _refuse_traps(content: bytes) -> None:
    tags = content.count(b"<")
    attributes = sum(1 for _ in _ATTRIBUTE.finditer(content))
    if tags > _MOST_TAGS or attributes > _MOST_ATTRIBUTES:
        detail = f"{tags} 个标签、{attributes} 个属性"
        raise Unreadable(Kind.TOO_DEEP.at(detail=detail), root_of(content))
    if _has_doctype(content):
        raise Unreadable(Kind.DOCTYPE.at(element="DOCTYPE"), root_of(content))
    if longest := _overlong(content):
        detail = f"一处文字长达 {longest / 1e6:.1f} MB"
        raise Unreadable(Kind.TOO_LARGE.at(detail=detail), root_of(content))


def _overlong(content: bytes) -> int:
    """How long a text is that is longer than anybody reads; outlines and pictures may be."""
    at = content.find(b"<")
    while at >= 0:
        following = content.find(b"<", at + 1)
        length = (following if following >= 0 else len(content)) - at
        if length > _MOST_TEXT and not _LONG.match(content, at):
            return length
        at = following
    return 0


def _has_doctype(content: bytes) -> bool:
    """Whether a document type stands before the root: the only place where XML allows it."""
    at = 0
    while True:
        at = _SPACE.match(content, at).end()  # type: ignore[union-attr]  # it may match nothing
        if content.startswith(b"<?", at):
            end = content.find(b"?>", at)
        elif content.startswith(b"<!--", at):
            end = content.find(b"-->", at) + 1
        else:
            return content.startswith(b"<!", at)
        if end <= 0:
            return False  # never ends: the parser will say so
        at = end + 2


def _syntax(error: Exception) -> Fault:
    line = getattr(error, "lineno", None)
    said = str(error)
    if "xcessive depth" in said or "huge" in said.lower():
        return Kind.TOO_DEEP.at(detail="超过解析上限")
    if "not defined" in said and "Entity" in said:
        detail = "引用了未定义的实体"
    elif "Premature end" in said or "no element found" in said:
        detail = "文件在中途结束"
    elif "mismatch" in said:
        detail = "起止标签不匹配"
    elif "Namespace prefix" in said:
        detail = "使用了未声明的命名空间前缀"
    elif "invalid Char" in said or "PCDATA" in said:
        detail = "含有 XML 不允许的字符"
    elif "xtra content" in said:
        detail = "根元素之后还有多余内容"
    else:
        detail = "语法错误"
    made = Kind.NOT_WELL_FORMED.at(detail=detail)
    return Fault(made.name, made.words, made.grave, line)


# --- encodings ----------------------------------------------------------------------------------


def _as_utf8(raw: bytes) -> tuple[bytes, tuple[Fault, ...]]:
    mark = next((pair for pair in _MARKS if raw.startswith(pair[0])), None)
    if mark and mark[1] != "utf-8":
        try:
            content = raw.decode(mark[1]).lstrip("\ufeff").encode()
        except UnicodeError as error:
            raise Unreadable(Kind.UNREADABLE_TEXT.at()) from error
        return _bare(content)[0], ()
    content, declared = _bare(raw.removeprefix(codecs.BOM_UTF8))
    used = _encoding(content, declared)
    if not used:
        raise Unreadable(Kind.UNREADABLE_TEXT.at())
    if used != "utf-8":
        try:
            content = content.decode(used).encode()
        except (UnicodeError, LookupError) as error:
            raise Unreadable(Kind.UNREADABLE_TEXT.at()) from error
    if mark or _same(declared, used) or content.isascii():
        return content, ()
    return content, (Kind.ENCODING.at(declared=declared, used=used),)


def _bare(raw: bytes) -> tuple[bytes, str]:
    """The content without blanks around and without its declaration, and the encoding that named.

    Its line stays where it was, so that a fault can be found again.
    """
    content = raw.strip(_BLANKS)
    found = _DECLARATION.match(content)
    if found is None:
        return content, "utf-8"
    named = _DECLARED.search(found[0])
    rest = content[found.end() :]
    body = rest.lstrip(_BLANKS)
    lines = found[0].count(b"\n") + rest[: len(rest) - len(body)].count(b"\n")
    return _shifted(body, lines), (named[1].decode("ascii").lower() if named else "utf-8")


def _shifted(body: bytes, lines: int) -> bytes:
    """The body, a comment before it standing for the lines that were taken away."""
    return b"<!--" + b"\n" * min(lines, 50) + b"-->" + body if lines else body


def _encoding(content: bytes, declared: str) -> str:
    """What the bytes are, whatever was said: UTF-8 proves itself, the rest is weighed."""
    if _is_utf8(content):
        return "utf-8"
    if declared in _CHINESE:
        return "gb18030"
    if _OTHERS.fullmatch(declared):
        return declared
    return _guessed(content)


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(content), _CHUNK):
            decoder.decode(content[at : at + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(content: bytes) -> str:
    """What bytes are that are not what they are said to be; empty when nothing fits well."""
    sample = content[:_SAMPLE]
    for name, plain, leads in _CHINESE_BOOKS:
        if _share(sample.decode(name, "replace"), plain, leads) > _MOSTLY:
            return name
    if _looks_western(sample):
        return "latin-1" if _UNASSIGNED.search(content) else "cp1252"
    return ""


def _share(text: str, plain: str, leads: bytes) -> float:
    """How much of what is not ASCII are everyday characters and marks; a text read by the wrong
    book is full of rare ones.
    """
    strange = _ASCII.sub("", text)
    han = "".join(_HAN.findall(strange))
    everyday = len(han) - len(han.encode(plain, "replace")[::2].translate(None, leads))
    return (everyday + len(_MARKS_OF_CHINESE.findall(strange))) / len(strange) if strange else 0.0


def _looks_western(sample: bytes) -> bool:
    """An accent stands alone among letters, and is one."""
    runs = _HIGH.findall(sample)
    alone = b"".join(run for run in runs if len(run) <= 2)
    letters = sum(
        char.isalpha() or char in _PUNCTUATION for char in alone.decode("cp1252", "replace")
    )
    return letters > _MOSTLY * sum(map(len, runs))


def _same(declared: str, used: str) -> bool:
    if declared in _CHINESE:
        return used == "gb18030"
    try:
        return codecs.lookup(declared).name == codecs.lookup(used).name
    except LookupError:
        return False
