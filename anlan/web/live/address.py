"""Where the live stream of a page is to be had, and which pages may listen to it.

`anlan up` serves it from a port of its own on the same host; behind a reverse proxy
`ANLAN_LIVE_URL` says where. Empty where there is no such process: the page then asks every few
seconds.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def stream_of(request: HttpRequest, path: str) -> str:
    """The address of the stream for a path of this site; empty where none is served."""
    if settings.LIVE_URL:
        return f"{settings.LIVE_URL.rstrip('/')}{path}"
    if settings.LIVE_PORT:
        return f"{request.scheme}://{host_of(request.get_host())}:{settings.LIVE_PORT}{path}"
    return ""


def policy_for(stream: str) -> str:
    """The security policy of a page that listens to this stream, and to nothing else besides."""
    parts = urlsplit(stream)
    if not parts.netloc:
        return settings.SECURE_CSP
    allowed = f"connect-src 'self' {parts.scheme}://{parts.netloc}"
    return settings.SECURE_CSP.replace("connect-src 'self'", allowed)


def origins_for(host: str) -> set[str]:
    """The origins of this site, seen from the host that the stream was asked at."""
    name = host_of(host)
    found = {f"https://{name}"} if settings.HTTPS else set()
    if settings.WEB_PORT:
        found.add(f"{'https' if settings.HTTPS else 'http'}://{name}:{settings.WEB_PORT}")
    return found | set(settings.CSRF_TRUSTED_ORIGINS)


def host_of(host: str) -> str:
    """A host without its port; an IPv6 address keeps its brackets."""
    if host.startswith("["):
        return host[: host.find("]") + 1]
    return host.rpartition(":")[0] or host
