import json, urllib.parse, urllib.request


def show(claim):
    """Prints the publisher's own label, in its words, and where it stands."""
    verdict = claim["verdicts"][0]
    if verdict["state"] != "current":  # suspended, or retracted: show no rating
        print("This check is under review or was taken back:", claim["url"])
        return
    print("Claim:", claim["text"])
    print(verdict["publisher"]["name"], "says:", verdict["rating"]["label"])
    print(f"Source: {claim['attribution']} ({claim['licence']})")


query = urllib.parse.urlencode({"query": "mayor resigned", "limit": 1})
with urllib.request.urlopen("http://localhost:8080/api/v1/claims?" + query) as response:
    for claim in json.load(response)["data"]:
        show(claim)
