import json, os, urllib.request, uuid


def file(method, path, body, if_match=None):
    """Sends one request. Send the same Idempotency-Key again with a request whose answer was lost."""
    request = urllib.request.Request("http://localhost:8080/api/v1" + path, method=method, data=json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Bearer " + os.environ["TOUCHSTONE_KEY"])
    request.add_header("Idempotency-Key", str(uuid.uuid4()))
    if if_match:
        request.add_header("If-Match", if_match)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


claim = file("POST", "/claims", {"text": "The tram to the harbour stops running in June.", "language": "en"})
draft = file("POST", "/verdicts", {
    "claim_id": claim["id"], "label": "False", "headline": "The tram keeps running",
    "answer": "The timetable for June lists it every ten minutes.", "body": "We read the timetable and asked the operator.",
    "sources": [
        {"url": "https://trams.example/timetable", "title": "Timetable", "origin": "City Trams", "kind": "primary", "bearing": "against",
         "quote": "Line 4: every ten minutes", "read_at": "2026-11-20", "archive_url": "https://archive.example/timetable"},
        {"document": "Council file 12-88", "title": "Letter", "origin": "City council", "kind": "primary", "bearing": "against",
         "quote": "No line ends.", "read_at": "2026-11-20"},
    ],
    "replies": [{"asked": "City Trams", "asked_at": "2026-11-19", "answered_at": "2026-11-20", "answer": "It runs."}],
})
for problem in draft["problems"]:  # what the house still asks for
    print(problem["field"], problem["message"])
print(file("PATCH", "/verdicts/" + draft["id"], {"state": "submitted"}, draft["etag"])["state"])
