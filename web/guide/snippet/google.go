//go:build ignore

package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"google.golang.org/api/factchecktools/v1alpha1"
	"google.golang.org/api/option"
)

func main() {
	svc, err := factchecktools.NewService(context.Background(),
		option.WithEndpoint("http://localhost:8080/"), // the one line that is new
		option.WithAPIKey(os.Getenv("TOUCHSTONE_KEY")))
	if err != nil {
		log.Fatal(err)
	}
	found, err := svc.Claims.Search().Query("mayor resigned").PageSize(1).Do()
	if err != nil {
		log.Fatal(err)
	}
	for _, claim := range found.Claims {
		fmt.Println(claim.ClaimReview[0].TextualRating+":", claim.Text)
	}
}
