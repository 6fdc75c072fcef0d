"""Backups of the data folder: one file each, verified, restored whole or not at all."""
