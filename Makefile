# Everything is done by bootstrap.py; these are short names for it.
.PHONY: help up test

help: ## list what there is
	@python3 bootstrap.py help

up: ## start PostgreSQL, NATS and Daylight, load the demo, stay until Ctrl-C
	@python3 bootstrap.py up $(ARGS)

test: ## run every check
	@python3 bootstrap.py test $(ARGS)
