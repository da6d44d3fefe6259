import json, os, urllib.request

call = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {
        "name": "look_up",
        "arguments": {"text": "They say the mayor of Exampleville has resigned over the harbour contract!"},
    },
}
request = urllib.request.Request("http://localhost:8080/mcp", data=json.dumps(call).encode())
request.add_header("Content-Type", "application/json")
request.add_header("Accept", "application/json, text/event-stream")
request.add_header("Authorization", "Bearer " + os.environ["TOUCHSTONE_KEY"])
with urllib.request.urlopen(request) as response:
    found = json.load(response)["result"]["structuredContent"]
best = found["matches"][0]["claim"]
print(found["status"], best["conclusion"], best["verdicts"][0]["rating"])
