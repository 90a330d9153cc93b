"""A SensorThings client without a network, and the smallest bodies that the standard takes."""

import base64
import json
from urllib.parse import urlsplit

import requests

ROOT = "/sensorthings/v1.1"
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"


class Asked:
    """What a client asks, carried to our views without a network in between."""

    def __init__(self, client, secret):
        self.client = client
        word = base64.b64encode(f"hydro:{secret}".encode()).decode()
        self.headers = {"authorization": f"Basic {word}"}

    def get(self, path):
        answer = self.client.get(f"{ROOT}{path}", headers=self.headers)
        return answer.status_code, json.loads(answer.content)

    def text(self, path):
        answer = self.client.get(f"{ROOT}{path}", headers=self.headers)
        return answer.headers["Content-Type"], answer.content.decode()

    def post(self, path, body):
        body = body if isinstance(body, str | bytes) else json.dumps(body)
        answer = self.client.post(
            f"{ROOT}{path}", body, content_type="application/json", headers=self.headers
        )
        return answer.status_code, json.loads(answer.content)

    def request(self, method, url, auth=None, proxies=None, **given):
        parts = urlsplit(str(url))
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        body = json.dumps(given["json"]) if "json" in given else ""
        told = self.client.generic(
            method.upper(), path, body, content_type="application/json", headers=self.headers
        )
        answer = requests.Response()
        answer.status_code, answer._content = told.status_code, told.content
        answer.headers.update(dict(told.items()))
        return answer


def thing_of(name="甲"):
    return {"name": name, "description": "站"}


def stream_of(**more):
    return {
        "name": "序列", "description": "值", "observationType": f"{OM}OM_Measurement",
        "unitOfMeasurement": {"name": "x", "symbol": "m", "definition": "u"},
        "Sensor": {**thing_of("s"), "encodingType": "text", "metadata": "m"},
        "ObservedProperty": {**thing_of("p"), "definition": "d"}, **more,
    }  # fmt: skip
