package canonurl

import (
	"slices"
	"strings"
)

// keyForm is an address on the way to its key.
type keyForm struct {
	host, port, path string
	list             []param
	fragment         string
}

// siteRules know the services where one post has many addresses. Each rewrites
// what it recognises for certain and leaves the rest alone.
var siteRules = map[string]func(k *keyForm){
	"youtube.com":          youtubeKey,
	"music.youtube.com":    youtubeKey,
	"gaming.youtube.com":   youtubeKey,
	"youtube-nocookie.com": youtubeKey,
	"youtu.be":             youtubeKey,
	"x.com":                xKey,
	"fxtwitter.com":        xKey,
	"vxtwitter.com":        xKey,
	"fixupx.com":           xKey,
	"fixvx.com":            xKey,
	"nitter.net":           xKey,
	"facebook.com":         facebookKey,
	"reddit.com":           redditKey,
	"redd.it":              redditKey,
	"instagram.com":        instagramKey,
	"tiktok.com":           tiktokKey,
	"t.me":                 telegramKey,
}

// become makes the key another address altogether.
func (k *keyForm) become(host, path string, list ...param) {
	k.host, k.path, k.list, k.fragment = host, path, keyParams(list), ""
}

// comments returns the parameters that single a comment out, which is an article of its own.
func (k *keyForm) comments(names ...string) []param {
	var list []param
	for _, p := range k.list {
		if slices.Contains(names, p.name) && p.value != "" {
			list = append(list, p)
		}
	}
	return list
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

func (k *keyForm) get(name string) string {
	text, _ := value(k.list, name)
	return text
}

// youtubeKey: one video is one article, whether watched, embedded, live, short or
// listened to; the moment and the list it is played in are not part of it.
func youtubeKey(k *keyForm) {
	s := segments(k.path)
	id := ""
	switch {
	case k.host == "youtu.be" && len(s) == 1:
		id = s[0]
	case k.host != "youtu.be" && len(s) == 1 && s[0] == "watch":
		id = k.get("v")
	case k.host != "youtu.be" && len(s) == 2:
		switch s[0] {
		case "shorts", "embed", "live", "v", "e", "watch":
			id = s[1]
		}
	}
	// Two words of the embedding interface happen to look like ids.
	if len(id) != 11 || !isWord(id) || id == "videoseries" || id == "live_stream" {
		return
	}
	k.become("youtube.com", "/watch", append(k.comments("lc"), param{"v", id, true})...)
}

// isWord says whether s is made of letters, digits, hyphens and underscores.
func isWord(s string) bool {
	return s != "" && strings.Trim(s, letters+digits+"-_") == ""
}

func isNumber(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, digits) == ""
}

// xKey: a status is known by its number; the user name before it is decoration
// (x.com redirects any name). Services that show the same status are the same.
func xKey(k *keyForm) {
	path := k.path
	if rest, ok := strings.CutPrefix(k.fragment, "!/"); ok && path == "/" {
		path = "/" + rest // twitter.com/#!/name/status/1, until 2012
	}
	s := segments(path)
	if len(s) > 2 && s[0] == "i" && s[1] == "web" {
		s = s[1:]
	}
	if len(s) < 3 || s[1] != "status" && s[1] != "statuses" || !isNumber(s[2]) {
		return
	}
	if len(s) > 3 && (len(s) != 5 || s[3] != "photo" && s[3] != "video" || !isNumber(s[4])) {
		return
	}
	k.become("x.com", "/i/status/"+s[2])
}

// facebookKey: posts, photos and videos that are named by a number of their own.
// Names of pages and posts with "pfbid" stay as they are.
func facebookKey(k *keyForm) {
	s := segments(k.path)
	switch {
	case k.path == "/story.php" || k.path == "/permalink.php":
		story, id := k.get("story_fbid"), k.get("id")
		if isWord(story) && isNumber(id) {
			k.facebookPost("/permalink.php", param{"id", id, true}, param{"story_fbid", story, true})
		}
	case k.path == "/watch" || k.path == "/video.php" || k.path == "/watch/live":
		k.facebookVideo(k.get("v"))
	case len(s) >= 3 && len(s) <= 4 && s[1] == "videos":
		k.facebookVideo(s[len(s)-1])
	case k.path == "/photo" || k.path == "/photo.php":
		if id := k.get("fbid"); isNumber(id) {
			k.facebookPost("/photo", param{"fbid", id, true})
		}
	case len(s) == 4 && s[0] == "groups" && (s[2] == "permalink" || s[2] == "posts") && isNumber(s[3]):
		k.facebookPost("/groups/" + s[1] + "/posts/" + s[3])
	}
}

func (k *keyForm) facebookPost(path string, list ...param) {
	k.become(k.host, path, append(k.comments("comment_id", "reply_comment_id"), list...)...)
}

func (k *keyForm) facebookVideo(id string) {
	if isNumber(id) {
		k.facebookPost("/watch", param{"v", id, true})
	}
}

// redditKey: a post is known by its id, whatever subreddit and title stand around
// it; a comment in it is an article of its own.
func redditKey(k *keyForm) {
	s := segments(k.path)
	if k.host == "redd.it" {
		if len(s) == 1 && isWord(s[0]) {
			k.become("reddit.com", "/comments/"+s[0])
		}
		return
	}
	if len(s) > 2 && (s[0] == "r" || s[0] == "user" || s[0] == "u") {
		s = s[2:]
	}
	if len(s) < 2 || len(s) > 4 || s[0] != "comments" || !isWord(s[1]) {
		return
	}
	path := "/comments/" + s[1]
	if len(s) == 4 {
		if !isWord(s[3]) {
			return
		}
		path += "/comment/" + s[3]
	}
	k.become("reddit.com", path)
}

// instagramKey: a post is known by its code, under /p/, /reel/ and /tv/, with and
// without the user's name.
func instagramKey(k *keyForm) {
	s := segments(k.path)
	if len(s) >= 3 && s[len(s)-1] == "embed" {
		s = s[:len(s)-1]
	} else if len(s) >= 4 && s[len(s)-2] == "embed" && s[len(s)-1] == "captioned" {
		s = s[:len(s)-2]
	}
	if len(s) == 3 {
		s = s[1:]
	}
	if len(s) != 2 || !isWord(s[1]) || len(s[1]) < 5 {
		return
	}
	switch s[0] {
	case "p", "reel", "tv", "reels":
		k.become(k.host, "/p/"+s[1])
	}
}

// tiktokKey: a video or photo post is known by its number.
func tiktokKey(k *keyForm) {
	s := segments(k.path)
	id := s[len(s)-1]
	switch {
	case len(s) == 3 && strings.HasPrefix(s[0], "@") && (s[1] == "video" || s[1] == "photo"):
	case len(s) == 2 && s[0] == "embed", len(s) == 3 && s[0] == "embed" && s[1] == "v2":
	case len(s) == 2 && s[0] == "v":
		id = strings.TrimSuffix(id, ".html")
	default:
		return
	}
	if isNumber(id) {
		k.become(k.host, "/@i/video/"+id)
	}
}

// telegramKey: /s/channel is the web preview of /channel.
func telegramKey(k *keyForm) {
	rest, ok := strings.CutPrefix(k.path, "/s/")
	rest = strings.TrimLeft(rest, "/")
	if ok && rest != "" && !strings.HasPrefix(rest, "s/") {
		k.path = "/" + rest
	}
}
