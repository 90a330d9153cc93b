"""What can be taken in, stored and judged in a second; see docs/bench.md."""
