"""How much of a file is read: far more than a meeting can write, far less than hurts."""

FILE_LIMIT_BYTES = 2 * 1024 * 1024
UNPACKED_LIMIT_BYTES = 24 * 1024 * 1024
ROW_LIMIT = 2_000  # that hold any text, without the headings
COLUMN_LIMIT = 64
ELEMENT_LIMIT = 600_000
DEPTH_LIMIT = 64
ENTRY_LIMIT = 1_000  # files in one package
