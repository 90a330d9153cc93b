"""A neighbour's feed is polled: what is new comes in once, and a dead feed is seen."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction

from anlan.gateways import running
from anlan.gateways.cap_feed import Asking
from anlan.kernel import catalogues, pulse
from anlan.kernel.catalogues import CatalogueError
from anlan.kernel.models import Heartbeat
from anlan.watch import actions
from anlan.watch.actions import Brief
from anlan.watch.models import FeedEntry, Warning, feeds


class Neighbour:
    """The web server of the neighbouring district; its pages are what a test puts there."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.status = 200
        self.asked: list[str] = []
        self.host = ""


@pytest.fixture
def neighbour():
    kept = Neighbour()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kept.asked.append(self.path)
            page = kept.pages.get(self.path)
            self.send_response(kept.status if page is not None else 404)
            self.send_header("Content-Length", str(len(page or b"")))
            self.end_headers()
            self.wfile.write(page or b"")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    kept.host = f"127.0.0.1:{server.server_port}"
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def elsewhere():
    """What happens in here happened in another district's database: ours knows nothing of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def flood(neighbour, district, clock, client, settings, tmp_path):
    """The neighbour warns of a flood: on its feed, with each message behind its link as well."""
    settings.KEYS_DIR, settings.DATA_DIR = tmp_path / "keys", tmp_path
    settings.ALLOWED_HOSTS = ["*"]
    brief = Brief(
        hazard="flood", colour="ORANGE", headline="邻县洪水橙色预警", description="超警戒。",
        instruction="沿河人员转移。", areas=(district.zeguo,),
        expires=clock.now() + timedelta(hours=12),
    )  # fmt: skip
    chen, zhou = {"by": district.chen_section}, {"by": district.zhou_chief}
    with elsewhere():
        warning = actions.draft_warning(brief, **chen, at=clock.now())
        actions.submit_warning(warning, **chen, at=clock.now())
        actions.approve_warning(warning, **zhou, at=clock.now())
        for path in ("/feeds/warnings.atom", f"/feeds/{warning.identifier}.xml"):
            page = client.get(path, headers={"host": neighbour.host})
            neighbour.pages[path] = page.content
        clock.forward(hours=1)
        actions.cancel_warning(warning, reason="退水", **zhou, at=clock.now())
        page = client.get("/feeds/warnings.atom", headers={"host": neighbour.host})
        neighbour.pages["/later.atom"] = page.content
    assert not Warning.objects.exists()
    return warning


def asking(neighbour, clock, path="/feeds/warnings.atom", **given):
    entry = FeedEntry("next", "邻县", f"http://{neighbour.host}{path}", **given)
    return Asking(entry, read_clock=clock.now)


def test_what_is_new_comes_in_once_and_when_it_is_time(neighbour, flood, clock):
    one = asking(neighbour, clock)
    first = one.round()
    assert (first.new, first.known, first.refused, first.trouble) == (1, 0, 0, "")
    got = Warning.objects.get()
    assert (got.headline, got.feed, got.stage) == ("邻县洪水橙色预警", "next", "ISSUED")
    clock.forward(minutes=4)
    assert asking(neighbour, clock).round() is None  # nor does a restart ask sooner
    clock.forward(minutes=1)
    assert (one.round().known, Warning.objects.count()) == (1, 1)
    neighbour.pages["/feeds/warnings.atom"] = neighbour.pages["/later.atom"]
    clock.forward(minutes=5)
    assert one.round().new == 1
    assert Warning.objects.get(kind="ALERT").stage == "CANCELLED"


def test_entries_that_only_lead_to_the_message_are_followed_once(neighbour, flood, clock):
    link = f"http://{neighbour.host}/feeds/{flood.identifier}.xml"
    strange = "http://192.0.2.1/other.xml"  # another's machine is not asked for it
    entries = "".join(f'<entry><id>{u}</id><link href="{u}"/></entry>' for u in (link, strange))
    neighbour.pages["/index.atom"] = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>x</title>'
        f"<updated>2024-06-12T08:00:00Z</updated>{entries}</feed>"
    ).encode()
    one = asking(neighbour, clock, "/index.atom")
    assert one.round().new == 1
    clock.forward(minutes=5)
    assert one.round().trouble == ""
    assert neighbour.asked.count(f"/feeds/{flood.identifier}.xml") == 1


def test_a_feed_that_must_be_signed_is_refused_without_a_trusted_signature(neighbour, flood, clock):
    assert asking(neighbour, clock, signed=True).round().refused == 1
    assert Warning.objects.get().stage == "REFUSED"


def test_a_dead_feed_is_seen_asked_again_soon_and_well_again(
    neighbour, flood, clock, client, district
):
    one = asking(neighbour, clock)
    neighbour.status = 503
    assert one.round().trouble == "取不到（503）"
    client.force_login(district.chen_section.account)
    shown = client.get("/warnings/").content.decode()
    assert "邻县：取不到（503）" in shown
    neighbour.status = 200
    clock.forward(minutes=1)
    assert one.round().new == 1
    assert "邻县：" not in client.get("/warnings/").content.decode()


def test_a_page_that_is_no_feed_is_told(db, neighbour, clock):
    neighbour.pages["/feeds/warnings.atom"] = b"<html><body>please sign in</body></html>"
    assert "不是订阅源" in asking(neighbour, clock).round().trouble


@pytest.mark.parametrize("url", ["feeds.example.cn/atom", "ftp://x/atom", "https://"])
def test_an_address_that_is_none_is_refused_with_its_line(url):
    with pytest.raises(CatalogueError, match="url 写法不对"):
        catalogues.parse(f"next: {{label: 邻县, url: '{url}'}}", FeedEntry, file="cap_feeds.yaml")


def test_the_process_of_the_lines_asks_the_feeds_of_the_catalogue(own_database, settings, tmp_path):
    """As `anlan up` runs it: threads of its own, a folder that somebody leaves files in."""
    (tmp_path / "in").mkdir()
    (tmp_path / "gateways.yaml").write_text("{}", encoding="utf-8")
    (tmp_path / "cap_feeds.yaml").write_text(
        f"inbox: {{label: 共享文件夹, url: 'file://{tmp_path / 'nowhere'}'}}", encoding="utf-8"
    )
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    assert list(feeds()) == ["inbox"]
    stop, told = threading.Event(), threading.Event()
    thread = threading.Thread(target=running.run, args=[stop], daemon=True)
    thread.start()
    for _ in range(600):
        if told.wait(0.1) or pulse.troubles("cap_feed."):
            break
    stop.set()
    thread.join(30)
    catalogues.reload()
    assert pulse.troubles("cap_feed.") == ["共享文件夹：取不到（FileNotFoundError）"]
    assert Heartbeat.objects.filter(part="gateways").exists()
