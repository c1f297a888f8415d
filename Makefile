# make demo   the main job on the cities and the wave that ship with Tirek
# make test   every test, with branch coverage
# make check  style, types and who may import whom
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check lock clean

demo: .venv/.runtime
	$(BIN)/tirek demo --out out

test: .venv/.dev
	$(BIN)/pytest --cov --cov-report=term

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The lock pins every package with its hash; the package itself is installed without looking for anything more.
.venv/.runtime: requirements/runtime.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements/runtime.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/.dev: requirements/dev.txt .venv/.runtime
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

lock:
	sh requirements/lock.sh

clean:
	rm -rf .venv out
