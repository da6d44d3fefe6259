import json, os, urllib.parse, urllib.request

# With google-api-python-client give build() this origin as client_options={"api_endpoint": …}.
query = urllib.parse.urlencode({"query": "mayor resigned", "pageSize": 1, "key": os.environ["TOUCHSTONE_KEY"]})
with urllib.request.urlopen("http://localhost:8080/v1alpha1/claims:search?" + query) as response:
    for claim in json.load(response)["claims"]:
        print(claim["claimReview"][0]["textualRating"] + ":", claim["text"])
