"""Keeping a library sound: verify it, repair it, copy it while it is in use."""

from qa.upkeep.backup import Backup, BackupError, backup, within
from qa.upkeep.findings import Finding
from qa.upkeep.noting import notes
from qa.upkeep.repairing import repair
from qa.upkeep.verifying import verify

__all__ = ["Backup", "BackupError", "Finding", "backup", "notes", "repair", "verify", "within"]
