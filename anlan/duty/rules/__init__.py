"""Decisions about duty: what a desk needs, what is covered, whose turn it is (值班规则)."""
