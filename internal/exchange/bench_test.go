package exchange

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// sample is n invented records in a format.
func sample(format string, n int) string {
	var b strings.Builder
	for i := range n {
		claim := fmt.Sprintf("The bridge number %d of Exampleville has been closed since the storm of last winter, a post says.", i)
		switch format {
		case "jsonl":
			fmt.Fprintf(&b, `{"url":"https://checks.example/%d","statement":%q,"evaluation":"mostly-false","title":"Is the bridge closed?","subtitle":"It has been open to traffic since Monday.","author":"Joan Scribe","date_posted":"9 October 2020"}`+"\n", i, claim)
		case "csv":
			if i == 0 {
				b.WriteString("claimReviewed,url,datePublished,author.name,reviewRating.alternateName,reviewRating.ratingValue,reviewRating.bestRating,reviewRating.worstRating,itemReviewed.author.name,itemReviewed.appearance.1.url\n")
			}
			fmt.Fprintf(&b, `"%s",https://checks.example/%d,2020-10-09,Example Checks,Mostly false,2,5,1,Viral post,https://social.example/%d`+"\n", claim, i, i)
		case "feed":
			b.WriteString(map[bool]string{true: `{"@type":"DataFeed","dataFeedElement":[`, false: ","}[i == 0])
			fmt.Fprintf(&b, `{"@type":"DataFeedItem","item":[{"@context":"https://schema.org","@type":"ClaimReview","url":"https://checks.example/%d","claimReviewed":%q,"datePublished":"2020-10-09","author":{"@type":"Organization","name":"Example Checks","url":"https://checks.example/"},"itemReviewed":{"@type":"Claim","author":{"@type":"Person","name":"Viral post"},"appearance":[{"@type":"CreativeWork","url":"https://social.example/%d"}]},"reviewRating":{"@type":"Rating","alternateName":"Mostly false","ratingValue":"2","bestRating":"5","worstRating":"1"}}]}`+"\n", i, claim, i)
		}
	}
	if format == "feed" {
		b.WriteString("]}")
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	for _, format := range []string{"jsonl", "csv", "feed"} {
		in := sample(format, 1000)
		b.Run(format, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := Open(strings.NewReader(in), Options{})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for {
					if _, err := r.Next(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != 1000 {
					b.Fatalf("read %d records, want 1000", n)
				}
			}
			b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func BenchmarkHash(b *testing.B) {
	r := readAll(b, strings.NewReader(sample("feed", 1)), Options{}).records[0]
	for b.Loop() {
		RecordHash(r)
	}
}

func BenchmarkDetectLanguage(b *testing.B) {
	for b.Loop() {
		detectLanguage("The mayor of Exampleville has resigned after a dispute with the council, a post says.")
	}
}

func BenchmarkTextKey(b *testing.B) {
	for b.Loop() {
		TextKey("“The mayor of Exampleville has resigned after a dispute with the council.”", "en")
	}
}
