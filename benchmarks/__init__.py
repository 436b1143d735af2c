"""Speed claims, each a ratio of two sides measured interleaved in one run: `python -m benchmarks.<name>`."""
