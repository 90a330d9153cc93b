"""The whole site as one file, and back (备份与恢复).

A backup is a gzipped tar:

    anlan-backup.json   what it is: format, program, the instant, migrations, rows of every table
    database.dump       pg_dump of one snapshot
    keys/ …             without which sessions end and erasable personal values cannot be read
    catalogues/ …       the site's own, where it has any
    files/ab/cd/…       stored files by the hash of their content
    manifest.json       size and SHA-256 of every member; last, so that a file cut short shows

Stored files never change once a row names them, so everything the snapshot names is there when
the files are copied after it.
"""

from anlan.kernel.backup.making import Made, Site, make
from anlan.kernel.backup.restoring import Restored, restore

__all__ = ["Made", "Restored", "Site", "make", "restore"]
