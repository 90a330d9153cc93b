"""For other systems: what they tell us and ask us, without screens (接口)."""
