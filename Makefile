# The two commands of the README are `make demo` and `make test`. Each target sets up what it needs: a virtual
# environment in .venv, the front-end files from npm, and for the browser tests Debian's Chromium.

BIN := .venv/bin
INPUTS := pyproject.toml packaging/environment.sh packaging/hatch_build.py \
	$(addprefix packaging/assets/,build.py packs.py pinyin.py passwords.py icons.txt package.json package-lock.json)
yes = $(filter-out 0 no,$(1))

.DEFAULT_GOAL := help
.PHONY: help demo test check proof house package docs manual clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-9s %s\n' "$$name" "$$text"; done

demo: .venv/run.stamp  ## a centre and a node with sample data; OFFLINE=1 the node alone, FRESH=1 from nothing, PORT=8700
	@$(BIN)/yizhan demo --home .yizhan/demo $(if $(call yes,$(OFFLINE)),--offline) $(if $(call yes,$(FRESH)),--fresh) $(if $(PORT),--port $(PORT))

# after `make check` in the same command line the fast tests have been run
test: .venv/dev.stamp  ## every test, the browser walk and the offline installation among them
	@sh packaging/browser.sh
	@sh packaging/postgresql.sh
	@$(BIN)/pytest --verbosity=0 --numprocesses=auto --dist=loadfile $(if $(filter check,$(MAKECMDGOALS)),-m "browser or slow") $(ARGS)

check: .venv/dev.stamp  ## ruff, mypy and the fast tests: under a minute
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pytest --verbosity=0 --numprocesses=auto --dist=loadfile -m "not browser and not slow" $(ARGS)

proof: .venv/dev.stamp  ## measure the promised figures into build/proof.json; ONLY=start runs one of them
	@$(if $(filter-out cluster,$(ONLY)),,sh packaging/cluster.sh)
	@$(BIN)/python tests/proof.py $(if $(ONLY),--only $(ONLY))

house: .venv/dev.stamp  ## count the program's own source: lengths, circles, exceptions, descriptions, what is said twice
	@$(BIN)/python tests/house.py

package: .venv/dev.stamp  ## into dist/: the offline bundle (wheels with hashes, install.sh) and on Debian both .deb
	@$(BIN)/python packaging/bundle.py
	@if command -v dpkg-deb >/dev/null; then $(BIN)/python packaging/deb.py && $(BIN)/python packaging/kiosk_deb.py; else echo "No dpkg-deb here: no .deb"; fi

docs: .venv/dev.stamp  ## write the tables of the README anew from the code
	@$(BIN)/python packaging/docs.py

manual: .venv/dev.stamp  ## take the pictures of the manual anew: the walks that show them, then small files for the package
	@sh packaging/browser.sh
	@$(BIN)/pytest --verbosity=0 $$($(BIN)/python packaging/manual.py --tests)
	@$(BIN)/python packaging/manual.py

clean:  ## remove all that these targets made, except the demo's data in .yizhan
	rm -rf .venv build dist edge/static/vendor forms/data .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find edge forms sync kiosk tests packaging -name __pycache__ -prune -exec rm -rf {} +

.venv/run.stamp: $(INPUTS)
	@sh packaging/environment.sh run

.venv/dev.stamp: $(INPUTS)
	@sh packaging/environment.sh dev
