"""`python -m server` is `bailiwick`."""

from server.command import main

main()
