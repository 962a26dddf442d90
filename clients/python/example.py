"""Reads product pages and posts the prices that they show: python3 example.py <competitor> <page> ..."""
import datetime, os, sys, urllib.request
from pricewright import Client, Scraper

url, key = os.environ["PRICEWRIGHT_URL"], os.environ["PRICEWRIGHT_KEY"]
client, scraper = Client(url, key), Scraper(url, "example-py", key)
for page in sys.argv[2:]:
    html = urllib.request.urlopen(page).read().decode()
    found = client.call("POST", "/api/extract", {"url": page, "html": html})
    if found.get("price"):
        seen = {name: found.get(name) for name in ("price", "currency", "gtin", "availability")}
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        scraper.add(competitor=sys.argv[1], url=page, observedAt=now, **seen)
for receipt in scraper.finish():
    print({name: receipt[name] for name in ("accepted", "rejected", "problems")})
