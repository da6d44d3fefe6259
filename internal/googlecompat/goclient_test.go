package googlecompat_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/api/factchecktools/v1alpha1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
)

// TestGooglesGoClient runs google.golang.org/api/factchecktools, unchanged but for the endpoint.
func TestGooglesGoClient(t *testing.T) {
	t.Parallel()
	d := open(t)
	service := func(opts ...option.ClientOption) *factchecktools.Service {
		t.Helper()
		svc, err := factchecktools.NewService(t.Context(), append(opts, option.WithEndpoint(d.url))...)
		must(t, err)
		return svc
	}
	svc := service(option.WithAPIKey(d.key))
	t.Run("search", func(t *testing.T) { goSearch(t, svc) })
	t.Run("pages", func(t *testing.T) { goPages(t, svc) })
	t.Run("ETag", func(t *testing.T) { goETag(t, svc) })
	t.Run("errors", func(t *testing.T) { goErrors(t, svc) })
	t.Run("keys", func(t *testing.T) {
		call := service(option.WithoutAuthentication()).Claims.Search().Query("mayor resigned")
		_, err := call.Do()
		wantGoogle(t, err, http.StatusForbidden, "unregistered callers")
		call.Header().Set("X-Goog-Api-Key", d.key)
		if got, err := call.Do(); err != nil || len(got.Claims) != 1 {
			t.Errorf("key in a header: got %+v, %v", got, err)
		}
		_, err = service(option.WithAPIKey("ts_wrong")).Claims.Search().Query("mayor").Do()
		if e := wantGoogle(t, err, http.StatusBadRequest, "API key not valid"); len(e.Details) != 1 || !strings.Contains(e.Error(), "API_KEY_INVALID") {
			t.Errorf("a wrong key: got details %v", e.Details)
		}
	})
}

func goSearch(t *testing.T, svc *factchecktools.Service) {
	got, err := svc.Claims.Search().Query("did the mayor resign").LanguageCode("en-US").Do()
	must(t, err)
	want := []*factchecktools.GoogleFactcheckingFactchecktoolsV1alpha1Claim{{
		Text: mayor,
		ClaimReview: []*factchecktools.GoogleFactcheckingFactchecktoolsV1alpha1ClaimReview{
			{Publisher: &factchecktools.GoogleFactcheckingFactchecktoolsV1alpha1Publisher{Name: "Test Desk", Site: "desk.example"},
				Url: "https://www.desk.example/claims/the-mayor-of-exampleville-resigned-on-12-january", Title: "What the records show",
				ReviewDate: "2025-06-07T12:00:00Z", TextualRating: "False", LanguageCode: "en"},
			{Publisher: &factchecktools.GoogleFactcheckingFactchecktoolsV1alpha1Publisher{Name: "Checks of faits.example", Site: "faits.example"},
				Url: "https://www.faits.example/maire", Title: "On maire", ReviewDate: "2025-06-03T00:00:00Z", TextualRating: "Faux", LanguageCode: "fr"},
		},
	}}
	if diff := cmp.Diff(want, got.Claims); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	texts := func(call *factchecktools.ClaimsSearchCall) []string {
		t.Helper()
		got, err := call.Do()
		must(t, err)
		out := []string{}
		for _, c := range got.Claims {
			out = append(out, c.Text)
		}
		return out
	}
	for what, tt := range map[string]struct {
		call *factchecktools.ClaimsSearchCall
		want []string
	}{
		"nothing":  {svc.Claims.Search().Query("zymurgy"), []string{}},
		"language": {svc.Claims.Search().ReviewPublisherSiteFilter("checks.example").LanguageCode("pt"), []string{porto}},
		"age":      {svc.Claims.Search().Query("harbour").MaxAgeDays(5), []string{winter}},
		"site":     {svc.Claims.Search().Query("mayor").ReviewPublisherSiteFilter("checks.example"), []string{}},
		"offset":   {svc.Claims.Search().ReviewPublisherSiteFilter("checks.example").PageSize(1).Offset(1), []string{ferries}},
		"fields":   {svc.Claims.Search().Query("mayor resigned").Fields("claims(text,claimReview/url)", "nextPageToken"), []string{mayor}},
	} {
		if diff := cmp.Diff(tt.want, texts(tt.call)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	got, err = svc.Claims.Search().Query("mayor resigned").Fields("claims(claimReview/url)").Do()
	if err != nil || got.Claims[0].Text != "" || got.Claims[0].ClaimReview[1].Url == "" || got.Claims[0].ClaimReview[1].Publisher != nil {
		t.Errorf("fields: got %+v, %v, want addresses alone", got, err)
	}
}

func goPages(t *testing.T, svc *factchecktools.Service) {
	all, err := svc.Claims.Search().Query("harbour").PageSize(100).Do()
	must(t, err)
	var want, got []string
	for _, c := range all.Claims {
		want = append(want, c.Text)
	}
	err = svc.Claims.Search().Query("harbour").PageSize(1).Pages(t.Context(), func(page *factchecktools.GoogleFactcheckingFactchecktoolsV1alpha1FactCheckedClaimSearchResponse) error {
		if len(page.Claims) > 1 {
			t.Errorf("got a page of %d claims, want one", len(page.Claims))
		}
		for _, c := range page.Claims {
			got = append(got, c.Text)
		}
		return nil
	})
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 3 {
		t.Errorf("by pages (-want +got):\n%s", diff)
	}
}

func goETag(t *testing.T, svc *factchecktools.Service) {
	call := svc.Claims.Search().Query("mayor resigned")
	first, err := call.Do()
	must(t, err)
	tag := first.Header.Get("ETag")
	if _, err := call.IfNoneMatch(tag).Do(); !googleapi.IsNotModified(err) || tag == "" {
		t.Errorf("asked again with %q: got %v, want 304", tag, err)
	}
	if got, err := call.IfNoneMatch(`"another"`).Do(); err != nil || len(got.Claims) != 1 {
		t.Errorf("with another tag: got %+v, %v", got, err)
	}
}

func goErrors(t *testing.T, svc *factchecktools.Service) {
	_, err := svc.Claims.Search().Do()
	wantGoogle(t, err, http.StatusBadRequest, "Request contains an invalid argument.")
	_, err = svc.Claims.Search().Query("x").PageToken("made-up").Do()
	wantGoogle(t, err, http.StatusBadRequest, "pageToken")
	_, err = svc.Claims.Search().Query("x").Fields("claims/nothing").Do()
	wantGoogle(t, err, http.StatusBadRequest, "nothing")
	_, err = svc.Claims.ImageSearch().ImageUri("https://x.example/1.png").Do()
	wantGoogle(t, err, http.StatusNotImplemented, "not implemented")
	_, err = svc.Pages.Get("pages/7").Do()
	wantGoogle(t, err, http.StatusNotImplemented, "not implemented")
	_, err = svc.Pages.Create(&factchecktools.GoogleFactcheckingFactchecktoolsV1alpha1ClaimReviewMarkupPage{PageUrl: "https://x.example"}).Do()
	wantGoogle(t, err, http.StatusNotImplemented, "not implemented")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = svc.Claims.Search().Query("x").Context(gone).Do(); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled call: got %v", err)
	}
}

// wantGoogle fails unless the client understood an error.
func wantGoogle(t *testing.T, err error, code int, says string) *googleapi.Error {
	t.Helper()
	var e *googleapi.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message, says) {
		t.Errorf("got %v, want %d that says %q", err, code, says)
		return &googleapi.Error{}
	}
	return e
}
