"""Files made to hurt: refused within a second and fifty megabytes, whatever they try."""

import copy
import gc
import gzip
import subprocess
import sys
from time import process_time
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from anlan.formats import cap
from anlan.formats.cap.signing import sign
from anlan.formats.cap.sources import MOST_BYTES
from anlan.formats.cap.tests.scene import CAP12, alert, follow, info
from anlan.formats.cap.tests.test_signatures import DS, bureau

LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE alert [<!ENTITY l0 "ha">{LOL}]>' + alert(infos=[info(event="&l9;")])
OUTSIDE = '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + alert(event="&x;")
ELSEWHERE = '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">' + alert()
HIDDEN = "<?a ?>\n<!-- <alert> --> " + ELSEWHERE
SCRIBBLE = [(20 + n * 7919 % 1000 / 99, 110 + n * 104729 % 997 / 99) for n in range(9000)]
RING = " ".join(f"{lat:.3f},{lon:.3f}" for lat, lon in [*SCRIBBLE, SCRIBBLE[0]])
SIGNATURE = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
INCLUSION = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
QUADRATIC = f'<!DOCTYPE a [<!ENTITY a "{"a" * 200_000}">]>{"&a;" * 200_000}'
ATTRIBUTES = "".join(f" a{n}= 'x'" for n in range(60_000))


def around(*polygons: str) -> str:
    outlines = "".join(f"<polygon>{each}</polygon>" for each in polygons)
    return alert(infos=[info(f"<areaDesc>温岭市</areaDesc>{outlines}")])


def declared(codec: str, content: bytes) -> bytes:
    return f'<?xml version="1.0" encoding="{codec}"?><alert>'.encode() + content


HOSTILE = {
    "bomb": ("doctype", BOMB),
    "quadratic": ("doctype", QUADRATIC),
    "external": ("doctype", OUTSIDE),
    "external in utf-16": ("doctype", OUTSIDE.encode("utf-16")),
    "external dtd": ("doctype", ELSEWHERE),
    "behind a comment": ("doctype", HIDDEN),
    "size": ("too_large", alert(infos=[info(event="x" * MOST_BYTES)])),
    "nested": ("too_deep", "<a>" * 60_000 + "</a>" * 60_000),
    "nested a little": ("too_deep", alert(end="<a>" * 300 + "</a>" * 300)),
    "wide": ("too_deep", alert(infos=[info(extra="<parameter/>" * 60_000)])),
    "wide feed": ("too_deep", f"<feed>{'<entry/>' * 90_000}</feed>"),
    "attributes": ("too_deep", f"<alert{ATTRIBUTES}/>"),
    "vertices": ("polygon_huge", around("1,1 " * 900_000)),
    "many vertices": ("polygon_huge", around(*["1,1 1,2 2,2 1,1 " * 9_000] * 20)),
    "scribble": ("polygon_crosses", around(RING)),
    "references": ("too_large", follow("Update", "," * 900_000)),
    "long text": ("too_large", alert(infos=[info(headline="x" * 3_000_000)])),
    "long text, signed": ("too_large", alert(event="x" * 3_000_000, end=SIGNATURE)),
    "long comment": ("too_large", f"<!--{'- ' * 1_500_000}-->" + alert()),
    "signed outline": (
        "polygon_huge",
        around("1,1 " * 900_000).replace("</alert>", f"{SIGNATURE}</alert>"),
    ),
    "inclusion": ("includes", alert(infos=[info(extra=INCLUSION)])),
    "signatures": ("signature_broken", alert(end=SIGNATURE * 9_000)),
    "slow codec": ("unreadable_text", declared("punycode", b"-\xff\x81" * 100_000)),
    "codec of no text": ("unreadable_text", declared("zlib", b"\xff\x81")),
}

# --- many small things --------------------------------------------------------------------------

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
NAMED = "".join(f" xmlns:n{n}='u'" for n in range(5_000))
OWN = '<alert xmlns="">'
OTHERS = '<alert xmlns="u">'


def small(number: int, inside: str = "") -> str:
    return f'<alert xmlns="{CAP12}"><identifier>{number}</identifier>{inside}</alert>'


def nested(depth: int) -> str:
    """An escaped feed in an escaped feed, and so on."""
    text = alert()
    for _ in range(depth):
        text = f"{ATOM}<entry><summary>{escape(text)}</summary></entry></feed>"
    return text


def signed_by_many(number: int, content: str) -> str:
    """A digest that holds, and certificates to be tried in vain."""
    picture = f"<resource><resourceDesc>a</resourceDesc><derefUri>{content}</derefUri></resource>"
    root = etree.fromstring(sign(alert(infos=[info(extra=picture)]).encode(), bureau()))
    data = root.find(f".//{{{DS}}}X509Data")
    for _ in range(7):
        data.append(copy.deepcopy(data[0]))
    signature = root.find(f"{{{DS}}}Signature")
    value = signature.find(f"{{{DS}}}SignatureValue")
    value.text = ("B" if value.text[0] == "A" else "A") + value.text[1:]
    for _ in range(number - 1):
        root.append(copy.deepcopy(signature))
    return etree.tostring(root).decode()


def leaning(number: int) -> str:
    """Signed alerts that stand on a namespace of their feed, each with a comment to be found."""
    root = etree.fromstring(sign(alert(event="<!-- -->雨").encode(), bureau()))
    root.find("{*}info").insert(0, etree.Element("{urn:u}x", nsmap={"u": "urn:u"}))
    text = etree.tostring(root, encoding="unicode").replace(' xmlns:u="urn:u"', "")
    twin = text.replace("Severe", "Minor")
    return f"{ATOM[:-1]} xmlns:u='urn:u'>{f'<entry>{twin}</entry>' * number}</feed>"


MANY = {
    "tiny alerts that say they are signed": (
        "signature_broken",
        f"{ATOM}{''.join(small(n, SIGNATURE) for n in range(3_000))}</feed>",
    ),
    "empty alerts": ("missing", f"<alerts>{f'<alert xmlns={CAP12!r}/>' * 3_000}</alerts>"),
    "more alerts than are read": ("too_deep", f"{ATOM}{small(1) * 3_500}</feed>"),
    "entries in entries": (
        "too_deep",
        f"{ATOM}{'<entry>' * 200}{small(1) * 3_500}{'</entry>' * 200}</feed>",
    ),
    "titles in titles": (
        "entry_without_alert",
        f"{ATOM}{'<entry><title>' * 100}{'a' * 900_000}{'</title></entry>' * 100}</feed>",
    ),
    "alerts of others in an alert": (
        "wrong_namespace",
        f"{ATOM}{OWN}{OTHERS * 200}{'<alert/>' * 9_000}{'</alert>' * 201}</feed>",
    ),
    "feeds in feeds": ("embedded_unreadable", nested(12)),
    "attributes of every element": (
        "too_deep",
        alert(more="<code a='1' b='2' c='3' d='4'>a</code>" * 9_000),
    ),
    "bad places": (
        "polygon_unreadable",
        alert(infos=[info("", extra="<area><areaDesc/><polygon>a</polygon></area>" * 9_000)]),
    ),
    "bad places beside a code": (
        "missing",
        alert(
            infos=[
                info(
                    "",
                    extra="<area><polygon>a</polygon><geocode><valueName>a</valueName><value>b</value>"
                    "</geocode></area>" * 6_000,
                )
            ]
        ),
    ),
    "many events": (
        "expired_when_sent",
        alert(infos=[info(expires="2020-01-01T00:00:00Z")] * 2_500),
    ),
    "numbers without commas": ("polygon_huge", around("12 " * 450_000)),
    "addresses": ("too_large", alert(more=f"<addresses>{'ab ' * 300_000}</addresses>")),
    "outlines in many alerts": (
        "polygon_huge",
        f"{ATOM}{around('1,1 1,2 2,2 1,1 ' * 5_000) * 20}</feed>",
    ),
    "namespaces, signed": (
        "too_deep",
        alert(end=SIGNATURE)
        .replace("<alert ", f"<alert {NAMED} ")
        .replace("<info>", "<code>a</code>" * 5_000 + "<info>"),
    ),
    "many certificates": ("signature_broken", signed_by_many(8, "AAAA")),
    "many certificates, much signed": ("too_deep", signed_by_many(8, "A" * 600_000)),
    "an envelope too long to be held against its signature": (
        "too_deep",
        f"{ATOM}{SIGNATURE}<entry>{alert(event='x' * 990_000) * 2}</entry></feed>",
    ),
    "signed alerts that lean on their envelope": ("signature_broken", leaning(600)),
    "alerts as text": (
        "too_deep",
        f"{ATOM}{f'<entry><summary>{escape(alert())}</summary></entry>' * 1_600}</feed>",
    ),
    "pages": ("web_page", f"<html>{'<p>' * 60_000}"),
    "squeezed": ("not_xml", gzip.compress(b"<alert>" + b" " * 50_000_000)),
    "more signed than is worked on": ("too_deep", signed_by_many(2, "A" * 3_500_000)),
}
HOSTILE |= MANY


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_once(name):
    fault, content = HOSTILE[name]
    content = content if isinstance(content, bytes) else content.encode()
    gc.disable()  # what other tests left behind is none of the file's doing
    begun = process_time()
    reading = cap.read(content)
    spent = process_time() - begun
    gc.enable()
    # Most take a tenth of a second, none one; a processor that is shared may need three times that.
    assert spent < 3
    assert fault in {each.name for each in reading.faults if each.grave}
    assert not reading.usable


EACH_ALONE = """
import os, sys
from anlan.cli import answer
from anlan.formats import cap
for path in sys.argv[1:]:
    if os.fork() == 0:
        sys.stdout = open(os.devnull, "w")
        code = answer(["cap", "check", "--json", path])
        peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
        print(code, peak.split()[1], path, file=sys.stderr)
        os._exit(0)
    os.wait()
"""


def test_the_command_stays_below_fifty_megabytes_with_each_of_them(tmp_path):
    paths = [tmp_path / f"{name.replace(' ', '-')}.cap" for name in HOSTILE]
    for path, (_, content) in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    program = [sys.executable, "-c", EACH_ALONE, *paths]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    told = [line.split() for line in done.stderr.splitlines()]
    assert len(told) == len(HOSTILE)
    assert {code for code, _, _ in told} == {"1"}
    assert not [(path, peak) for _, peak, path in told if int(peak) >= 50_000]


def test_a_wild_outline_is_put_to_use_in_bounded_time():
    polygon = cap.Polygon(tuple(cap.Point(*map(float, pair.split(","))) for pair in RING.split()))
    begun = process_time()
    parts = cap.outline_for_use(polygon)
    assert process_time() - begun < 5
    assert sum(len(part.points) for part in parts) <= 2 * 100
