"""Sitting down at somebody's screen: a browser that is signed in, at the time of the story."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from anlan.demo.district import District
from anlan.kernel.clock import moved
from anlan.people.models import Person

IN_DRAWER = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "drawer"}


class Chair:
    """One person's screen."""

    def __init__(self, person: Person, district: District) -> None:
        self.district = district
        self.client = Client()
        self.client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")

    @contextmanager
    def _then(self) -> Iterator[None]:
        with moved(self.district.clock.now()):
            yield

    def get(self, path: str, **headers: str) -> HttpResponse:
        with self._then():
            return self.client.get(path, **headers)

    def post(
        self, path: str, data: dict[str, object] | None = None, **headers: str
    ) -> HttpResponse:
        with self._then():
            return self.client.post(path, data or {}, **headers)

    def reads(self, path: str, **headers: str) -> str:
        """What the page says; it must be there."""
        answer = self.get(path, **headers)
        assert answer.status_code == 200, (path, answer.status_code)
        return text_of(answer)


def text_of(answer: HttpResponse) -> str:
    return b"".join(answer).decode()


def jpeg(colour: str = "grey", name: str = "现场.jpg") -> SimpleUploadedFile:
    """A real little picture, as a camera would hand it in."""
    held = BytesIO()
    Image.new("RGB", (64, 48), colour).save(held, "JPEG")
    return SimpleUploadedFile(name, held.getvalue(), content_type="image/jpeg")
