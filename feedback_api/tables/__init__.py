"""Tables as files: CSV, OpenDocument and Markdown written, CSV and OpenDocument read."""
