import json, os, urllib.request

hook = {
    "url": "https://partner.example/hooks/touchstone",
    "types": ["verdict.published", "verdict.corrected", "verdict.suspended"],
}
request = urllib.request.Request("http://localhost:8080/api/v1/webhooks", data=json.dumps(hook).encode())
request.add_header("Content-Type", "application/json")
request.add_header("Authorization", "Bearer " + os.environ["TOUCHSTONE_KEY"])
with urllib.request.urlopen(request) as response:
    made = json.load(response)
print(made["id"], made["state"])  # keep made["secret"]: it is shown this once
