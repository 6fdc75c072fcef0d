"""Moves everything that is stored from a data folder to a database, or back."""
