"""`python -m anlan.cli` is `anlan`."""

from anlan.cli import main

main()
