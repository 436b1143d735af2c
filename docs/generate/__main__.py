"""`python -m docs.generate`."""

from docs.generate import main

main()
