import json, os, time, urllib.error, urllib.request


def get(address):
    """Asks again when the newsroom says so, and as late as it says."""
    request = urllib.request.Request(address, headers={"Authorization": "Bearer " + os.environ["TOUCHSTONE_KEY"]})
    for tries in range(6):
        try:
            return urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503) or tries == 5:
                raise
            print("later")
            time.sleep(int(error.headers.get("Retry-After", 2**tries)))


try:
    get("http://localhost:8080/api/v1/claims?colour=red")
except urllib.error.HTTPError as error:
    for wrong in json.load(error)["errors"]:
        print(error.code, wrong["location"])
