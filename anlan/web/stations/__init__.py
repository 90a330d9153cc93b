"""Stations: what they say now, and what they said (测站)."""
