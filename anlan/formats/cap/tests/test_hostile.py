"""Files made to hurt: refused within a second and fifty megabytes, whatever they try."""

import subprocess
import sys
from time import monotonic

import pytest

from anlan.formats import cap
from anlan.formats.cap.sources import MOST_BYTES
from anlan.formats.cap.tests.scene import alert, follow, info

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
    "references": ("reference_missing", follow("Update", "," * 900_000)),
    "long text": ("too_large", alert(infos=[info(headline="x" * 3_000_000)])),
    "long text, signed": ("too_large", alert(event="x" * 3_000_000, end=SIGNATURE)),
    "long comment": ("too_large", f"<!--{'- ' * 1_500_000}-->" + alert()),
    "signed outline": (
        "polygon_huge",
        around("1,1 " * 900_000).replace("</alert>", f"{SIGNATURE}</alert>"),
    ),
    "inclusion": ("includes", alert(infos=[info(extra=INCLUSION)])),
    "signatures": ("signature_broken", alert(end=SIGNATURE * 9_000)),
    "slow codec": ("not_well_formed", declared("punycode", b"-\xff\x81" * 100_000)),
    "codec of no text": ("not_well_formed", declared("zlib", b"\xff\x81")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_once(name):
    fault, content = HOSTILE[name]
    content = content if isinstance(content, bytes) else content.encode()
    begun = monotonic()
    reading = cap.read(content)
    assert monotonic() - begun < 2, "it takes a tenth of that on an idle machine"
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
    begun = monotonic()
    parts = cap.outline_for_use(polygon)
    assert monotonic() - begun < 5
    assert sum(len(part.points) for part in parts) <= 2 * 100
