"""`python -m posync`, where the `posync` script is not on the path."""

from posync.cli import main

main()
