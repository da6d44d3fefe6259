import http.client, json, os, time, urllib.error, urllib.parse, urllib.request

position = "0"  # epoch:number of what was done last
if os.path.exists("position.txt"):
    position = open("position.txt").read().strip()
while True:
    query = urllib.parse.urlencode({"after": position, "wait": 30})
    request = urllib.request.Request("http://localhost:8080/api/v1/changes?" + query)
    request.add_header("Authorization", "Bearer " + os.environ["TOUCHSTONE_KEY"])
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            page = json.load(response)
    except urllib.error.HTTPError as error:
        if error.code == 410:  # another feed, after a restore
            position = "0"  # forget what you hold, and begin again
        elif error.code == 429 or error.code >= 500:
            time.sleep(5)
        else:
            raise
        continue
    except (OSError, http.client.HTTPException):  # nobody there, or cut off
        time.sleep(5)
        continue
    for change in page["data"]:
        claim = change["claim"]  # None: the claim is no longer public
        print(change["seq"], change["type"], claim["text"] if claim else "forget " + change["claim_id"], flush=True)
    position = page["epoch"] + ":" + page["next_cursor"]
    with open("position.txt", "w") as file:  # only now is it done
        file.write(position)
