# The front door: `make help` lists what can be done here. The work itself is CMake's (presets in
# CMakePresets.json); each target first installs the packages that it needs (scripts/setup).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

JOBS ?= $(shell nproc)
export JOBS
DEMO := build/demo
FUZZ_SECONDS ?= 30
SEEDS ?= 10000
# The development build compiles sources in batches, in a fraction of the time, unless its folder
# was made for editing (`cmake --preset dev`): cmake/batches.cmake.
TIPHYS_BATCH ?= $(or \
    $(shell sed -n 's/^TIPHYS_BATCH:BOOL=//p' build/dev/CMakeCache.txt 2>/dev/null),ON)
export TIPHYS_BATCH
CPP_FILES = find schemas compiler analyzer codegen runtime cli tests -name '*.h' -o -name '*.cpp'

# Configures and builds a preset; $(2) may name targets. Where two sources do not go together in a
# batch (TIPHYS_BATCH), all are compiled one by one, from then on.
configure_preset = cmake --preset $(1) $$(cat build/$(1).options 2>/dev/null) >build/$(1).log 2>&1 \
    || { cat build/$(1).log; exit 1; }
build_preset = $(call configure_preset,$(1)); \
    cmake --build --preset $(1) -j $(JOBS) $(2) || { \
    grep -q '^TIPHYS_BATCH:BOOL=ON' build/$(1)/CMakeCache.txt || exit 1; \
    echo "The build failed in batches of sources; once more, one by one."; \
    echo -DTIPHYS_BATCH=OFF >build/$(1).options; \
    $(call configure_preset,$(1)); \
    cmake --build --preset $(1) -j $(JOBS) $(2); }
# Tests of a preset, two for each core, as many of them wait for programs that they start; ctest's
# closing lines end the output.
test_preset = ctest --preset $(1) -j $$((2 * $(JOBS)))

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

build/:
	@mkdir -p $@

.PHONY: setup
setup: ## Install all packages for building, testing and fuzzing (Debian 12)
	@scripts/setup all

.PHONY: build
build: | build/ ## Build the program, optimised: build/release/tiphys
	@scripts/setup build
	@$(call build_preset,release,--target tiphys)

.PHONY: demo
demo: | build/ ## Lint the examples, draw one and run one, with the development build
	@scripts/setup build
	@$(call build_preset,dev,--target tiphys)
	@mkdir -p $(DEMO)
	build/dev/tiphys lint examples
	build/dev/tiphys graph examples/etl.yaml
	build/dev/tiphys graph --format svg examples/etl.yaml > $(DEMO)/etl.svg
	build/dev/tiphys graph --format mermaid examples/ci.yaml > $(DEMO)/ci.mmd
	build/dev/tiphys run examples/hello.yaml
	build/dev/tiphys run examples/etl.yaml
	@echo "The drawings are in $(DEMO)/."

.PHONY: test
test: | build/ ## Build for development and run all tests that need no server and no TIPHYS_SHARED
	@scripts/setup test
	@$(call build_preset,dev)
	@$(call test_preset,dev) -LE "corpus|oracle|cluster|conformance|s3"

.PHONY: corpus
corpus: | build/ ## Run the suites that read the manifests under TIPHYS_SHARED, with sanitizers
	@scripts/setup all
	@$(call build_preset,asan)
	@$(call test_preset,asan) -L corpus

.PHONY: oracle
oracle: | build/ ## Run the oracle's cases under TIPHYS_SHARED and compare them with Argo's outcomes
	@scripts/setup test
	@$(call build_preset,dev,--target tiphys)
	@$(call test_preset,dev) -L oracle --output-on-failure

.PHONY: cluster
cluster: | build/ ## Ask a real API server, and run pods (KUBECONFIG, or TIPHYS_SHARED's cluster)
	@scripts/setup test
	@$(call build_preset,dev,--target write_manifests tiphys tiphys-executor tiphys_kubernetes_test)
	@TIPHYS_START_CLUSTER=1 $(call test_preset,dev) -L "^cluster$$" --output-on-failure

.PHONY: s3
s3: | build/ ## Run workflows whose artifacts are in a real S3 server (versitygw, or go to build it)
	@scripts/setup test
	@$(call build_preset,dev,--target tiphys)
	@$(call test_preset,dev) -L s3 --output-on-failure

.PHONY: golden-update
golden-update: | build/ ## Rewrite the expectations of golden cases (FILTER=suite/case) and docs
	@scripts/setup test
	@$(call build_preset,dev,--target golden)
	build/dev/tests/runner/golden --update $(FILTER)
	build/dev/tests/runner/golden --update --documents

.PHONY: format
format: ## Format all C++ files
	@scripts/setup test
	@$(CPP_FILES) | xargs -r clang-format-14 -i

.PHONY: format-check
format-check: ## Fail where a C++ file is not formatted
	@scripts/setup test
	@$(CPP_FILES) | xargs -r -P $(JOBS) -n 20 clang-format-14 --dry-run --Werror

.PHONY: headers
headers: | build/ ## Compile every header alone
	@scripts/setup test
	@$(call build_preset,dev,--target tiphys_headers)

.PHONY: tidy
tidy: headers ## clang-tidy on all sources, and every header alone
	@scripts/clang_tidy all

.PHONY: tidy-changed
tidy-changed: headers ## clang-tidy on what differs from the branch main
	@scripts/clang_tidy changed

.PHONY: asan
asan: | build/ ## Run all tests but the corpus with address and undefined-behaviour sanitizers
	@scripts/setup all
	@$(call build_preset,asan)
	@$(call test_preset,asan) -LE "corpus|oracle|cluster|conformance|s3|once"

.PHONY: asan-all
asan-all: | build/ ## The same with the checks of each access, and the tests of the corpus
	@scripts/setup all
	@$(call build_preset,asan-all)
	@$(call test_preset,asan-all) -LE "oracle|cluster|conformance|s3"

.PHONY: tsan
tsan: | build/ ## Run all tests but the corpus with the thread sanitizer
	@scripts/setup test
	@$(call build_preset,tsan)
	@$(call test_preset,tsan) -LE "corpus|oracle|cluster|conformance|s3|once"

.PHONY: fuzz
fuzz: | build/ ## Run each fuzz target for FUZZ_SECONDS
	@scripts/setup all
	@$(call build_preset,fuzz,--target fuzz_targets)
	@scripts/fuzz $(FUZZ_SECONDS)

.PHONY: bench
bench: | build/ ## Print the figures of tests/bench beside their goals
	@scripts/setup build
	@$(call build_preset,release,--target tiphys tests/bench/all)
	@for program in build/release/tests/bench/bench_*; do \
	    echo "$$program"; $$program build/release/tiphys; done

.PHONY: seeds
seeds: | build/ ## Check the runtime's core on SEEDS workflows made by chance
	@scripts/setup test
	@$(call build_preset,dev,--target tiphys_runtime_test)
	@seq 0 $$(($(JOBS) - 1)) | TIPHYS_SEEDS=$$((($(SEEDS) + $(JOBS) - 1) / $(JOBS))) \
	    xargs -P $(JOBS) -I{} sh -c 'TIPHYS_FIRST_SEED=$$((1 + {} * TIPHYS_SEEDS)) \
	    exec build/dev/runtime/tiphys_runtime_test "workflows made by chance*"'

.PHONY: nightly
nightly: ## What takes long: many seeds, all sanitizers, long fuzzing, benchmarks
	$(MAKE) seeds SEEDS=200000
	$(MAKE) asan-all
	$(MAKE) tsan
	$(MAKE) fuzz FUZZ_SECONDS=600
	$(MAKE) bench

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf build
