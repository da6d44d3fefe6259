# The commands of this project; `make` alone lists them. What they need is
# installed by .ci/install where it can be, and named where it cannot.

# Go's own directory is not on the PATH of a fresh shell, of su or of sudo.
export PATH := $(PATH):/usr/local/go/bin

# What go test runs over and with, for instance: make test PKG=./internal/store FLAGS='-run Merge -v'
# The longest packages begin first, so that none of them runs alone at the end.
PKG ?= ./cmd/... ./web/browsertest ./internal/store ./internal/bench ./internal/newsroom ./internal/search ./internal/api ./internal/pgserver ./...
FLAGS ?=
AT_ONCE ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
# Passed on to the program by make run.
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak build generate fmt fix vuln clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

run: ## build, start the demonstration newsroom, print its address and sign-ins; Ctrl-C stops it
	@.ci/install go $(if $(DATABASE_URL),,postgresql)
	@.ci/build
	@exec bin/touchstone demo $(ARGS)

# Vet is off because make check runs all of it. Whatever ends with the race detector in it would sleep for a second first, which
# is most of the time of four hundred small programs. Three packages at a time keep two cores busy, for programs and browsers
# are waited for. A package that hangs says so while there is still time to tell.
test: ## run all tests with the race detector, in random order
	@.ci/install go compiler postgresql browser node interpreters
	@GORACE="atexit_sleep_ms=0 $$GORACE" CGO_ENABLED=1 go test -race -shuffle=on -vet=off -p=$(AT_ONCE) -timeout=16m $(FLAGS) $(PKG)

check: ## formatters, generated files, go.mod, vet, linters; changes nothing
	@.ci/install go shellcheck linter
	@.ci/check

bench: build ## measure the program against its limits
	@.ci/install go postgresql bench
	@go build -o bin/bench ./internal/bench/benchmain
	@exec bin/bench bench $(ARGS)

soak: build ## every long proof: a million claims, thousands of followers, kill storms
	@.ci/install go postgresql browser bench
	@go build -o bin/bench ./internal/bench/benchmain
	@exec bin/bench soak $(ARGS)

build: ## build bin/touchstone
	@.ci/install go
	@.ci/build

generate: ## write the Go files that come from templates
	@.ci/install go
	@go tool templ generate -log-level warn

fmt: ## format Go files and templates
	@.ci/install go
	@go fmt ./...
	@go tool templ fmt -log-level warn -prettier-command no-prettier .

fix: ## let the linters mend what they can
	@.ci/install go linter
	@.tools/golangci-lint run --fix ./...

# Apart from check, because it asks a database of vulnerabilities over the network.
vuln: ## look for known vulnerabilities in what the program uses
	@.ci/install go
	@go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

clean: ## remove what was built, tools included
	rm -rf bin .tools
