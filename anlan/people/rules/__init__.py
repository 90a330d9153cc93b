"""Decisions about areas, people and charges: values in, values out; no database, no clock."""
