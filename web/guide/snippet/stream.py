import http.client, json, os, time, urllib.error, urllib.request

last = None  # id of the last event that was done; keep it where a restart finds it
while True:
    request = urllib.request.Request("http://localhost:8080/api/v1/changes/stream")
    request.add_header("Authorization", "Bearer " + os.environ["TOUCHSTONE_KEY"])
    if last:
        request.add_header("Last-Event-ID", last)
    try:
        with urllib.request.urlopen(request, timeout=45) as stream:  # a heart-beat comes every 15 seconds
            for line in stream:
                line = line.decode().rstrip("\n")
                if line.startswith("id: "):
                    event = line[4:]
                elif line.startswith("data: "):
                    change = json.loads(line[6:])
                    print(change["seq"], change["type"], flush=True)
                    last = event  # only now is it done
    except urllib.error.HTTPError as error:
        if error.code == 410:  # another feed, after a restore
            last = None  # forget what you hold, and begin again
        elif error.code < 500 and error.code != 429:
            raise
    except (OSError, http.client.HTTPException):
        pass  # cut off: come back
    time.sleep(2)
