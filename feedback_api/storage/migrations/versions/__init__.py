"""One module per step; the number of the last one is the schema's."""
