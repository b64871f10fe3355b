# `make ci` is exactly what the gate runs. The other targets are its steps, for while you work.
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: ci
ci: ## Everything, as the gate runs it
	@CI=true .ci/run

.PHONY: fmt
fmt: tools ## Format all Go files (gofumpt, grouped imports)
	@bin/golangci-lint fmt

.PHONY: lint
lint: tools ## Run the linters over every module
	@.ci/run lint

.PHONY: vet
vet: ## Run go vet over every module
	@.ci/run vet

.PHONY: test
test: ## Run the tests of this module
	go test ./...

.PHONY: race
race: ## Run all tests with the race detector, shuffled
	@.ci/run test

.PHONY: fuzz
fuzz: ## Fuzz every target for a moment (FUZZ_TIME=30s for longer)
	@.ci/run fuzz

.PHONY: cover
cover: ## Show the coverage of the pure packages
	@.ci/run coverage

.PHONY: vuln
vuln: tools ## Look for known weaknesses in what the code calls
	@.ci/run vuln

.PHONY: bench
bench: ## Measure side by side with what one could take instead (3 minutes)
	go run ./bench -quick

.PHONY: endure
endure: ## Run a site under load and faults for half an hour, and see what gets lost
	go run ./bench/endure

.PHONY: tools
tools: ## Install the pinned tools into ./bin
	@.ci/run tools >/dev/null
