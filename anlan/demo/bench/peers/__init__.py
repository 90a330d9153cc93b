"""`anlan bench peers`: the same points to Anlan, Zabbix and Prometheus, in one run."""
