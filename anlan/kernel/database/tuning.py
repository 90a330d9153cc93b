"""What our server is told: sized for the machine it is on, safe before fast.

A site adds its own lines in `site.conf` in the cluster's data folder; they win.
"""

import os

MEBIBYTE = 1024 * 1024

_COMMON = """\
# Written by anlan at every start. Put your own settings into site.conf beside this file.
timezone = 'UTC'
log_timezone = 'Asia/Shanghai'
log_line_prefix = '%m [%p] '
log_min_duration_statement = '2s'
jit = off                       # our queries are short: compiling one costs more than running it
random_page_cost = 1.1          # solid-state disks
default_statistics_target = 200
max_connections = 100
"""


def durable() -> str:
    """For data that must be there after the power fails: every commit is on disk."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEBIBYTE
    # An eighth, at most 1 GB: the machine is shared with the program and the files' cache.
    shared = max(64, min(1024, memory // 8))
    return _COMMON + (
        f"shared_buffers = {shared}MB\n"
        f"effective_cache_size = {max(128, memory // 2)}MB\n"
        "work_mem = 16MB\n"
        f"maintenance_work_mem = {max(64, min(512, memory // 16))}MB\n"
        "max_wal_size = 2GB\n"
        "checkpoint_timeout = 15min\n"
        "wal_compression = on\n"
        "autovacuum_vacuum_insert_scale_factor = 0.05  # the trail only grows\n"
        "fsync = on\n"
        "synchronous_commit = on\n"
    )


def fast() -> str:
    """For data nobody will miss."""
    return _COMMON + (
        "shared_buffers = 256MB\n"
        "work_mem = 16MB\n"
        "maintenance_work_mem = 256MB\n"
        "max_wal_size = 4GB\n"
        "fsync = off\n"
        "synchronous_commit = off\n"
        "full_page_writes = off\n"
        "autovacuum_naptime = 10s\n"
    )
