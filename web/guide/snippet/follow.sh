position=$(cat position.txt 2>/dev/null || echo 0) # epoch:number of what was done last
while true; do
  status=$(curl -s -o page.json -w '%{http_code}' -H "Authorization: Bearer $TOUCHSTONE_KEY" \
    "http://localhost:8080/api/v1/changes?after=$position&wait=30") || status=none
  case $status in
  200)
    grep -o '{"seq":[0-9]*,"type":"[a-z.]*"' page.json || true # do your work here
    epoch=$(grep -o '^{"epoch":"[^"]*' page.json | cut -d'"' -f4)
    position=$epoch:$(grep -o '"next_cursor":"[0-9]*"}$' page.json | grep -o '[0-9]*')
    echo "$position" > position.txt # only now is it done
    ;;
  410) position=0 ;; # another feed, after a restore: forget what you hold, and begin again
  *) sleep 5 ;;
  esac
done
