import urllib.error, urllib.request

address = "http://localhost:8080/api/v1/claims?truth=false&limit=5"
kept = {"etag": None, "body": None}


def refresh():
    request = urllib.request.Request(address)
    if kept["etag"]:
        request.add_header("If-None-Match", kept["etag"])
    try:
        with urllib.request.urlopen(request) as response:
            kept.update(etag=response.headers["ETag"], body=response.read())
            return response.status
    except urllib.error.HTTPError as error:
        if error.code != 304:  # 304: what is kept still holds
            raise
        return error.code


print(refresh())
print(refresh())
