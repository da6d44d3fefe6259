import json, os, urllib.request

request = urllib.request.Request("http://localhost:8080/api/v1/export?format=ndjson")
request.add_header("Authorization", "Bearer " + os.environ["TOUCHSTONE_KEY"])
got, end = 0, None
with urllib.request.urlopen(request) as lines:
    for line in lines:
        entry = json.loads(line)
        if entry.get("end"):
            end = entry
        elif "id" in entry:
            got += 1  # keep the claim
if not end or end["claims"] != got:
    raise SystemExit("it was broken off")  # go on with after, the last id that came
print(f"all {got} claims; follow changes after {end['epoch']}:{end['seq']}")
