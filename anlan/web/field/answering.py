"""Answers to the phone's scripts, with Chinese left as it is."""

from typing import Any

from django.http import JsonResponse


def json_of(content: Any, status: int = 200) -> JsonResponse:
    """A JSON answer."""
    unescaped = {"ensure_ascii": False}
    return JsonResponse(content, safe=False, status=status, json_dumps_params=unescaped)
