.PHONY: format lint test golden bench

format:   ## write the one style
	ruff check --fix . && ruff format .

lint:     ## style and types
	ruff check . && ruff format --check . && mypy

test:     ## everything but the long counts
	pytest -q -n auto

golden:   ## write the expected outputs anew; look at the difference before committing it
	pytest -q --update-golden

bench:    ## the tables of the closing notes
	python benchmarks/scaling.py && python benchmarks/startup.py
