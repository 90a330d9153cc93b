"""My work: what I owe, by when, and what waits on others because of me."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def my_work(request: HttpRequest) -> HttpResponse:
    """The first screen of everybody (我的工作)."""
    return render(request, "work/my_work.html")
