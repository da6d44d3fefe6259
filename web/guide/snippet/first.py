import json, os, urllib.parse, urllib.request

query = urllib.parse.urlencode({"query": "mayor resigned", "limit": 1, "fields": "text,verdicts.rating.label"})
request = urllib.request.Request("http://localhost:8080/api/v1/claims?" + query)
request.add_header("Authorization", "Bearer " + os.environ["TOUCHSTONE_KEY"])  # leave it out if you have none
with urllib.request.urlopen(request) as response:
    page = json.load(response)
for claim in page["data"]:
    print(claim["verdicts"][0]["rating"]["label"] + ":", claim["text"])
