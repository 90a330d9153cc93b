"""The outside, one folder each: how a message or a call leaves the house (通道)."""
