"""Posts what a scraper saw to Pricewright. Standard library only; Python 3.8 or newer."""

import base64
import hashlib
import hmac
import json
import random
import time
import urllib.error
import urllib.parse
import urllib.request

ROWS_MAX = 1000
BYTES_MAX = 900_000
RETRIES = 6


class PricewrightError(Exception):
    """An answer that trying again will not better; `code` is stable."""

    def __init__(self, status, body):
        try:
            problem = json.loads(body)
        except ValueError:
            problem = {}
        self.status = status
        self.code = problem.get("code", "")
        super().__init__(f"{status} {self.code}: {problem.get('detail', body[:300])}")


class Client:
    """Calls the API with a key, and tries again while the install is away or too busy."""

    def __init__(self, url, key=None):
        self.url = url.rstrip("/")
        self.key = key

    def call(self, method, path, body=None, headers=None):
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"content-type": "application/json"}
        if self.key:
            given["authorization"] = "Bearer " + self.key
        given.update(headers or {})
        for attempt in range(RETRIES + 1):
            wait = min(30, 0.5 * 2**attempt) * (0.5 + random.random() / 2)
            request = urllib.request.Request(self.url + path, data, given, method=method)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    text = answer.read().decode()
                    return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                text = error.read().decode(errors="replace")
                if error.code not in (429, 500, 502, 503, 504) or attempt == RETRIES:
                    raise PricewrightError(error.code, text) from None
                asked = error.headers.get("retry-after", "")
                wait = min(30, int(asked)) if asked.isdigit() else wait
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                if attempt == RETRIES:
                    raise
            time.sleep(wait)


def signed_headers(secret, message_id, body, now=None):
    """The headers of a webhook signed as Standard Webhooks describes it."""
    timestamp = str(int(time.time() if now is None else now))
    key = base64.b64decode(secret[len("whsec_"):] if secret.startswith("whsec_") else secret)
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }


class Scraper:
    """Collects observations and posts them in full batches, each under an id of its own."""

    def __init__(self, url, source, key=None, secret=None):
        self.client = Client(url, key)
        self.source = source
        self.secret = secret
        self.rows = []
        self.bytes = 0
        self.sent = []

    def add(self, **row):
        size = len(json.dumps(row).encode()) + 1
        if self.bytes + size > BYTES_MAX:
            self.flush()
        self.rows.append(row)
        self.bytes += size
        if len(self.rows) >= ROWS_MAX:
            self.flush()

    def flush(self):
        if not self.rows:
            return
        digest = hashlib.sha256(json.dumps(self.rows, sort_keys=True).encode()).hexdigest()
        batch_id = "obs-" + digest[:32]
        batch = {"batchId": batch_id, "source": self.source, "observations": self.rows}
        body = json.dumps(batch).encode()
        if self.secret:
            path = "/api/hooks/" + urllib.parse.quote(self.source, safe="")
            self.client.call("POST", path, body, signed_headers(self.secret, batch_id, body))
        else:
            self.client.call("POST", "/api/ingest/observations", body)
        self.rows, self.bytes = [], 0
        self.sent.append(batch_id)

    def finish(self):
        """Posts what is left and waits until every batch has been judged; answers the receipts. Needs a key."""
        self.flush()
        receipts = []
        for batch_id in self.sent:
            query = urllib.parse.urlencode({"source": self.source})
            while True:
                receipt = self.client.call("GET", f"/api/ingest/batches/{batch_id}?{query}")
                if receipt["status"] in ("done", "parked"):
                    receipts.append(receipt)
                    break
                time.sleep(0.5)
        self.sent = []
        return receipts
