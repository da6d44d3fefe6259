import json, os, urllib.request

question = {
    "urls": [
        "https://plaza.example/posts/mayor-out-7712?utm_source=app",
        "https://wire.example/regions/resignation-rumour-in-exampleville",
        "https://unheard-of.example/",
    ],
    "texts": ["They say the mayor of Exampleville has resigned over the harbour contract!"],
}
request = urllib.request.Request("http://localhost:8080/api/v1/lookup", data=json.dumps(question).encode())
request.add_header("Content-Type", "application/json")
request.add_header("Authorization", "Bearer " + os.environ["TOUCHSTONE_KEY"])
with urllib.request.urlopen(request) as response:
    answer = json.load(response)
for item in answer["data"]:
    says = "no verdict: that is not “true”"
    if item["status"] == "match":
        best = item["matches"][0]
        says = "known, and the verdict is not about it"  # it disputes the rumour, say
        if best["applies"]:
            says = best["claim"]["verdicts"][0]["rating"]["label"]
    print(item["input"])
    print("  " + says)
