# `make` alone lists the commands. Nothing is needed beforehand but Python 3.11, make and a way to the package registries.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
ARGS ?=
RUN = $(VENV)/bin/python
PIP = $(RUN) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes
SYSTEM = PYTHON='$(PYTHON)' sh requirements/system.sh

.DEFAULT_GOAL := help
.PHONY: help demo demo-data test test-postgres check bench mutation nightly lock clean

help:
	@sed -n 's/^#: //p' Makefile

#: make demo           installe, charge la démonstration et sert le site (PORT=8000)
demo: $(VENV)/.base
	@$(RUN) -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null || \
		{ echo "Le port $(PORT) est déjà pris : make demo PORT=8001" >&2; exit 1; }
	@$(MAKE) --no-print-directory demo-data
	@echo "Cordée répond sur http://127.0.0.1:$(PORT)/ (Ctrl+C pour arrêter)."
	@echo "Comptes (mot de passe : cordee-demo) : coordination@demo.example, agent@demo.example, juriste@demo.example,"
	@echo "etranger@demo.example (hors du projet), animation@demo.example (animation de la plateforme)."
	@DEBUG=0 BASE_URL=http://127.0.0.1:$(PORT) exec $(VENV)/bin/gunicorn procurement.wsgi --bind 127.0.0.1:$(PORT) \
		--workers 2 --threads 4 --log-level warning --no-control-socket

#: make demo-data      la même chose sans servir : base, registre, scénario, deux PDF dans demo/
demo-data: $(VENV)/.base
	@set -eu; export DEBUG=0; \
	said=$$($(RUN) manage.py load_demo); reference=$$(printf '%s\n' "$$said" | tail -n 1); \
	for kind in convention specification; do \
		$(RUN) manage.py print "$$reference" $$kind --to demo/$$kind.pdf; \
	done; \
	echo "Projet $$reference : demo/convention.pdf et demo/specification.pdf sont écrits."

#: make test           toute la suite sur SQLite (ARGS="-k mot" pour choisir)
test: $(VENV)/.dev
	@$(SYSTEM) runtime test
	DATABASE_URL= $(RUN) -m pytest -n auto $(ARGS)

#: make test-postgres  la même suite sur PostgreSQL (DATABASE_URL, sinon un serveur jetable)
test-postgres: $(VENV)/.dev
	@$(SYSTEM) runtime test postgres
	sh tests/house/with_postgres.sh $(RUN) -m pytest -n auto $(ARGS)

#: make check          style, types, migrations, réglages de production, architecture
check: $(VENV)/.dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	DATABASE_URL= $(RUN) manage.py makemigrations --check --dry-run
	DATABASE_URL= DEBUG=0 BASE_URL=https://cordee.example ALLOWED_HOSTS=cordee.example \
		SECRET_KEY=$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(64))') \
		$(RUN) manage.py check --deploy --fail-level WARNING
	DATABASE_URL= $(RUN) -m pytest -q tests/test_architecture.py tests/test_consistency.py

#: make bench          les mesures : registre, répartition, simulation, documents, recherche sur les deux bases (ARGS="10000" : une taille)
bench: $(VENV)/.dev
	@$(SYSTEM) runtime postgres
	@set -e; began=$$(date +%s); \
	for name in registry joining costsharing simulation documents "search $(ARGS)"; do echo "# bench.$$name"; $(RUN) -m bench.$$name; done; \
	echo "make bench : $$(( $$(date +%s) - began )) s en tout"

#: make mutation       chaque petit changement faux du partage des coûts est-il vu ? (ARGS="--only vat.py")
mutation: $(VENV)/.dev
	DATABASE_URL= $(RUN) -m bench.mutation $(ARGS)

#: make nightly        les vérifications longues, à pleine taille
nightly: $(VENV)/.dev
	@$(SYSTEM) runtime test postgres
	CORDEE_NIGHTLY=1 DATABASE_URL= $(RUN) -m pytest -n auto $(ARGS)
	CORDEE_NIGHTLY=1 sh tests/house/with_postgres.sh $(RUN) -m pytest -n auto $(ARGS)
	DATABASE_URL= $(RUN) -m bench.mutation

#: make lock           réécrit requirements/*.txt d'après pyproject.toml (demande uv)
lock:
	sh requirements/lock.sh

#: make clean          efface l'environnement et les caches, jamais la base ni les documents
clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis demo/*.pdf

# One environment; a stamp newer than the lock file says it is up to date. dev.txt contains base.txt, pin for pin.
$(VENV)/bin/python:
	@$(SYSTEM) runtime
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt | $(VENV)/bin/python
	@$(SYSTEM) runtime
	$(PIP) -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/python
	@$(SYSTEM) runtime
	$(PIP) -r requirements/dev.txt
	@touch $(VENV)/.base $@
